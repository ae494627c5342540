import type { Type } from '@nestjs/common';
import { getMetadataStorage, type ValidatorConstraintInterface, validateSync } from 'class-validator';

type Fields = Record<string, unknown>;
type Condition = (fields: Fields, value: unknown) => boolean;
type Check = (value: unknown) => boolean;

/** A DTO class as one predicate, with class-validator behind it for everything that the predicate refuses. */
export interface CompiledDto {
  /** Never true where class-validator finds an error; held to that by a property test. */
  accepts(fields: Fields): boolean;
  /** What class-validator has to say, as one sentence; nothing if it finds no error. */
  fault(fields: Fields): string | undefined;
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
  return {
    accepts(fields) {
      for (const property of properties) if (!accepts(property, fields)) return false;
      return true;
    },
    fault(fields) {
      const instance = new dto();
      for (const { name } of properties) Object.assign(instance, { [name]: fields[name] });
      const [first] = validateSync(instance, { forbidUnknownValues: true, stopAtFirstError: true });
      return first === undefined ? undefined : Object.values(first.constraints ?? {})[0];
    },
  };
}

function accepts({ name, conditions, checks }: Property, fields: Fields): boolean {
  const value = fields[name];
  for (const condition of conditions) if (!condition(fields, value)) return true;
  for (const check of checks) if (!check(value)) return false;
  return true;
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
      property.conditions.push((fields, value) => condition(fields, value) === true);
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
      property.checks.push(asCheck(constraint.instance, name, metadata.constraints));
    }
  }
  return [...properties.values()];
}

function asCheck(constraint: ValidatorConstraintInterface, property: string, constraints: unknown[]): Check {
  const args = { targetName: '', property, object: {}, value: undefined, constraints };
  return (value) => constraint.validate(value, args) === true;
}
