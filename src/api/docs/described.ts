import { applyDecorators, type Type } from '@nestjs/common';
import type { ApiPropertyOptions, ApiResponseNoStatusOptions } from '@nestjs/swagger';

/**
 * What the classes of `/api/v1` say of themselves for the OpenAPI document. It is kept until the document is made, which
 * the build does: the generator takes a third of a second to load, and no start needs it.
 */

type Generator = typeof import('@nestjs/swagger');

const descriptions: ((generator: Generator) => void)[] = [];

/** Has the generator hear all that was said. */
export function tellDescriptions(generator: Generator): void {
  for (const tell of descriptions) tell(generator);
}

/** A field of a body, a query, a path or an answer, in JSON Schema. */
export function ApiProperty(words: ApiPropertyOptions): PropertyDecorator {
  return (...field) => void descriptions.push((generator) => generator.ApiProperty(words)(...field));
}

/** The heading under which a controller's operations stand. */
export function ApiTags(...tags: string[]): ClassDecorator {
  return (controller) => void descriptions.push((generator) => generator.ApiTags(...tags)(controller));
}

/** What an operation may answer with one status. */
export interface ResponseWords {
  readonly description: string;
  /** Of the body; nothing if it is empty. */
  readonly type?: Type<object>;
  /** Of a body that is no `application/json`. */
  readonly mediaType?: string;
}

export interface MethodWords {
  readonly summary: string;
  readonly description: string;
  /** The names of what a caller may show, one of them. */
  readonly security: readonly string[];
  readonly responses: Readonly<Record<number, ResponseWords>>;
}

/** A method that is an operation. */
export function ApiMethod({ summary, description, security, responses }: MethodWords): MethodDecorator {
  return (...method) =>
    void descriptions.push((generator) =>
      applyDecorators(
        generator.ApiOperation({ summary, description }),
        ...security.map((name) => generator.ApiSecurity(name)),
        ...Object.entries(responses).flatMap(([status, words]) => [
          ...(words.type && words.mediaType ? [generator.ApiExtraModels(words.type)] : []),
          generator.ApiResponse({ status: Number(status), ...bodyOf(words, generator) }),
        ]),
      )(...method),
    );
}

function bodyOf({ description, type, mediaType }: ResponseWords, generator: Generator): ApiResponseNoStatusOptions {
  if (type === undefined) return { description };
  if (mediaType === undefined) return { description, type };
  return { description, content: { [mediaType]: { schema: { $ref: generator.getSchemaPath(type) } } } };
}
