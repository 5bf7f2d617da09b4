import { z } from 'zod';
import { DomainError } from '../errors.ts';
import { type SettingKey, settingKeys } from './settings.ts';

/** @throws DomainError `invalid` for a value that the key does not take */
export const parseSetting = (key: SettingKey, typed: string): unknown => {
  try {
    return settingKeys[key].parse(typed.trim());
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof DomainError) {
      throw new DomainError(
        'invalid',
        `\`${key}\` was not set: \`${typed.slice(0, 60)}\` is not a value it takes.`,
        {
          todo: `It takes ${settingKeys[key].values}.`,
          field: 'value',
        },
      );
    }
    throw error;
  }
};
