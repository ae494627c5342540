import type { ComponentChildren } from 'preact';

interface ScrollingProps {
  readonly title: string;
  readonly heads: readonly string[];
  /** Where what surrounds it says it already. */
  readonly hasNoCaption?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

/** A table that may be wider than there is room. */
export function Scrolling({ title, heads, hasNoCaption = false, children }: ScrollingProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scrolls" tabIndex={0} aria-label={title}>
      <table>
        <caption class={hasNoCaption ? 'for-readers' : ''}>{title}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
