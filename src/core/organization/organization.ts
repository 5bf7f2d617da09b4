import type { AccessModel } from '../access/model.ts';

/** An organization as everything that works on it needs to know it. */
export interface Organization {
  id: string;
  slug: string;
  name: string;
  model: AccessModel;
}
