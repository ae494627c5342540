import type { PipeTransform, Type } from '@nestjs/common';
import { type CompiledDto, compileDto } from '../../validation/compile-dto.js';
import { HttpFailure } from '../http-failure.js';

/** Says what is wrong with fields; names each that is, in the problem's `errors`. */
export function faultOf(dto: CompiledDto, value: unknown, what: string): HttpFailure | undefined {
  if (!isFields(value)) return new HttpFailure(400, `expected ${what} to be a JSON object`);
  if (dto.accepts(value)) return undefined;
  const errors = dto.faults(value);
  const [first] = errors;
  return first && new HttpFailure(400, first.message, {}, { errors });
}

/**
 * A body, query or path that its DTO class describes, or 400. Unlike a ValidationPipe it looks at nothing but the fields
 * of the class, and builds nothing of what a stranger sent.
 */
export function checked(dto: Type<object>): PipeTransform {
  const compiled = compileDto(dto);
  return {
    transform(given: unknown, { type }) {
      // A body all of whose fields may be left out may be left out itself.
      const value = given === undefined ? {} : given;
      const fault = faultOf(compiled, value, `the ${type === 'param' ? 'path' : type}`);
      if (fault !== undefined) throw fault;
      return value;
    },
  };
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
