import type { AccessModel } from '../model.ts';
import { coder } from './coder.ts';
import { coreweave } from './coreweave.ts';
import { crusoe } from './crusoe.ts';
import { prefect } from './prefect.ts';

export const models = { coreweave, crusoe, prefect, coder } satisfies Record<string, AccessModel>;

export type ModelName = keyof typeof models;

export const DEFAULT_MODEL: ModelName = 'prefect';

export const modelNames = Object.keys(models) as ModelName[];

for (const [name, model] of Object.entries(models)) {
  if (model.name !== name) throw new Error(`Access model ${model.name} is registered as ${name}`);
  const administering = model.roles.filter((role) => 'administers' in role && role.administers);
  if (administering.length !== 1) throw new Error(`Access model ${name} needs one administrator role`);
  if (administering[0]?.name !== model.policies.creatorRole) {
    throw new Error(`The creator of an organization under ${name} must become its administrator`);
  }
}

/** The rules of an organization. The database only holds names that were checked when it was created. */
export const modelOf = (name: string): AccessModel => {
  const model = (models as Record<string, AccessModel>)[name];
  if (!model) throw new Error(`No access model ${name}`);
  return model;
};
