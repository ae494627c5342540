import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** `main` is the one that a view is about; `quiet` stands among others. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean;
  readonly label?: string;
  readonly onClick?: () => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = 'plain', type = 'button', disabled, label, onClick, children }: ButtonProps) {
  return (
    <button type={type} class={`button ${kind}`} disabled={disabled} aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
