import type { Type } from '@nestjs/common';
import {
  getMetadataStorage,
  type ValidationArguments,
  type ValidatorConstraintInterface,
  validateSync,
} from 'class-validator';

type Fields = Record<string, unknown>;
type Condition = (fields: Fields, value: unknown) => boolean;

/** One of class-validator's own constraint objects, and what its executor would call it with. */
interface Check {
  readonly constraint: ValidatorConstraintInterface;
  readonly args: ValidationArguments;
}

/** A DTO class as one predicate, with class-validator behind it for everything that the predicate refuses. */
export interface CompiledDto {
  /** Never true where class-validator finds an error; held to that by a property test. */
  accepts(fields: Fields): boolean;
  /** What class-validator has to say, as one sentence; nothing if it finds no error. */
  fault(fields: Fields): string | undefined;
  /** The same of every field that is not as it should be, one sentence each. */
  faults(fields: Fields): readonly FieldFault[];
}

export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

interface Property {
  readonly name: string;
  /** Where one of these does not hold, the property is not checked. */
  readonly conditions: readonly Condition[];
  readonly checks: readonly Check[];
}

/**
 * Compiles the class-validator decorators of a flat DTO, once, at boot. The checks are class-validator's own constraint
 * objects, called without its executor. They must be synchronous and judge by the value alone; groups, `each` and
 * nested objects are refused here rather than passed over.
 */
export function compileDto(dto: Type<object>): CompiledDto {
  const properties = readProperties(dto);
  const faults = (fields: Fields) => {
    const instance = new dto();
    for (const { name } of properties) Object.assign(instance, { [name]: fields[name] });
    const found = validateSync(instance, { forbidUnknownValues: true, stopAtFirstError: true });
    return found.map(({ property, constraints }) => ({
      field: property,
      message: Object.values(constraints ?? {})[0] ?? `${property} is not as it should be`,
    }));
  };
  return { accepts: predicateOf(properties), fault: (fields) => faults(fields)[0]?.message, faults };
}

/**
 * The predicate is written out as source: so each check is called from a place of its own, where the engine can inline
 * it, and each property is read by a constant name. A loop over the checks takes twice as long. The names are those of
 * our own classes, never a client's.
 */
function predicateOf(properties: readonly Property[]): CompiledDto['accepts'] {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `p${values.push(value) - 1}`;
  const lines = properties.map(({ name, conditions, checks }) => {
    const applies = conditions.map((condition) => `${parameter(condition)}(fields, value) === true`);
    const holds = checks.map(({ constraint, args }) => {
      return `${parameter(constraint)}.validate(value, ${parameter(args)}) === true`;
    });
    return `value = fields[${JSON.stringify(name)}]; if (${all(applies)} && !(${all(holds)})) return false;`;
  });
  const names = values.map((_, at) => `p${at}`);
  return new Function(...names, `return (fields) => { let value; ${lines.join('\n')} return true; };`)(...values);
}

function all(terms: readonly string[]): string {
  return terms.length === 0 ? 'true' : terms.join(' && ');
}

function readProperties(dto: Type<object>): readonly Property[] {
  const storage = getMetadataStorage();
  const properties = new Map<string, { name: string; conditions: Condition[]; checks: Check[] }>();
  for (const metadata of storage.getTargetValidationMetadatas(dto, '', false, false)) {
    const name = metadata.propertyName;
    const property = properties.get(name) ?? { name, conditions: [], checks: [] };
    properties.set(name, property);
    if (metadata.type === 'conditionalValidation') {
      const [condition] = metadata.constraints;
      property.conditions.push(condition);
      continue;
    }
    if (
      metadata.type !== 'customValidation' ||
      metadata.each ||
      (metadata.groups ?? []).length > 0 ||
      metadata.validateIf
    ) {
      throw new Error(`${dto.name}.${name}: ${metadata.name ?? metadata.type} cannot be compiled into a predicate`);
    }
    for (const constraint of storage.getTargetValidatorConstraints(metadata.constraintCls)) {
      if (constraint.async) throw new Error(`${dto.name}.${name}: ${constraint.name} is asynchronous`);
      const args = { targetName: '', property: name, object: {}, value: undefined, constraints: metadata.constraints };
      property.checks.push({ constraint: constraint.instance, args });
    }
  }
  return [...properties.values()];
}
