import { ValidationPipe } from '@nestjs/common';
import { ValidateBy, ValidateIf, type ValidationArguments } from 'class-validator';
import { isUserId, USER_ID_FORM } from '../model/ids.js';
import { HttpFailure } from './http-failure.js';

/** Codes of `wx.login` have 32 characters today. */
const MAX_CODE_LENGTH = 128;

/** Checks bodies against their classes; the answer names the first field that is wrong, and never its value. */
export const bodyPipe = new ValidationPipe({
  stopAtFirstError: true,
  exceptionFactory: ([first]) =>
    new HttpFailure(400, Object.values(first?.constraints ?? {})[0] ?? 'the body is not as expected'),
});

export class TicketBody {
  @ValidateIf((_body, value) => value !== undefined)
  @Must('isUserId', `be ${USER_ID_FORM}`, isUserId)
  userId?: string;
}

export class WeChatBody {
  @Must('isCode', `be the code of wx.login, 1 to ${MAX_CODE_LENGTH} characters`, isCode)
  code!: string;
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_CODE_LENGTH;
}

function Must(name: string, what: string, isValid: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({
    name,
    validator: { validate: isValid, defaultMessage: (of?: ValidationArguments) => `${of?.property} must ${what}` },
  });
}
