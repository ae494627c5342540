import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;

interface Content {
  readonly schema: Schema;
}

interface DocumentOperation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly schema: Schema;
    readonly example?: unknown;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One operation, and how to call it as its own examples say. */
export interface ApiOperation {
  /** Such as `PUT /api/v1/messages/{id}`. */
  readonly name: string;
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** Its path, with the names of parameters in it. */
  readonly template: string;
  /** With the examples of its parameters. */
  readonly url: string;
  readonly words: DocumentOperation;
  /** Absent where there is none. */
  readonly body: { readonly schema: Schema; readonly example: unknown } | undefined;
}

/** The OpenAPI document of a running server. */
export class OpenApi {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<Schema, ValidateFunction>();

  constructor(private readonly document: OpenApiDocument) {}

  get schemas(): readonly (readonly [name: string, schema: Schema])[] {
    return Object.entries(this.document.components.schemas);
  }

  get operations(): readonly ApiOperation[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, words]) => {
        const schema = words.requestBody?.content['application/json']?.schema;
        return {
          name: `${method.toUpperCase()} ${path}`,
          template: path,
          method: method as ApiOperation['method'],
          url: this.urlOf(path, words),
          words,
          body: schema && { schema, example: this.exampleOf(schema) },
        };
      }),
    );
  }

  /** The operation that answers there. */
  operationAt(method: ApiOperation['method'], path: string): ApiOperation {
    const fits = ({ template }: ApiOperation) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
    const found = this.operations
      .filter((operation) => operation.method === method && fits(operation))
      .sort((one, other) => one.template.split('{').length - other.template.split('{').length)[0];
    if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
    return found;
  }

  /** What is wrong with a value, in words; nothing if it is as the schema says. */
  faults(schema: Schema, value: unknown): string[] {
    const known = this.validators.get(schema);
    const validate = known ?? this.ajv.compile({ ...schema, components: this.document.components });
    this.validators.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  /** What the document says of an answer of this operation; its schema is absent where it has no body. */
  answer({ words }: ApiOperation, status: number): { readonly type: string; readonly schema: Schema } | undefined {
    const [media] = Object.entries(words.responses[status]?.content ?? {});
    return media && { type: media[0], schema: media[1].schema };
  }

  /** The example that a schema gives, or one put together from those of its fields. */
  exampleOf(given: Schema): unknown {
    const schema = this.resolve(given);
    if ('example' in schema) return schema.example;
    if (schema.type === 'array') return [this.exampleOf(schema.items as Schema)];
    if (schema.type !== 'object') return undefined;
    const properties = Object.entries(this.propertiesOf(schema));
    const examples = properties.map(([name, property]) => [name, this.exampleOf(property)] as const);
    return Object.fromEntries(examples.filter(([, example]) => example !== undefined));
  }

  /** Of an object. */
  propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
    return (this.resolve(schema).properties ?? {}) as Record<string, Schema>;
  }

  private resolve(schema: Schema): Schema {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    return this.document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? schema;
  }

  private urlOf(path: string, { parameters }: DocumentOperation): string {
    let url = path;
    const query = new URLSearchParams();
    for (const { name, in: where, schema, example = schema.example } of parameters) {
      if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(example)));
      else if (example !== undefined) query.set(name, String(example));
    }
    return query.size === 0 ? url : `${url}?${query}`;
  }
}
