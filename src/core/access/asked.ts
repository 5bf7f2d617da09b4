import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { isType, PROJECT_TYPE } from '../resource/type.ts';
import type { AccessModel } from './model.ts';
import { isKnown, patternsFor } from './patterns.ts';

/** What a caller says of a thing. Of a registered one the stored values count instead. */
export interface Stated {
  organization?: string | undefined;
  project?: string | undefined;
  owner?: string | undefined;
}

export interface AskedResource extends Stated {
  type: string;
  id: string;
}

/** The patterns in a role that answer; `own` are those that answer to the owner. */
export interface Patterns {
  plain: string[];
  own: string[];
  /** The question itself is about own things: it stands for an owner where none is stated or stored. */
  askedAsOwn: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const OWN = /:own$/;

/**
 * The permission that an action on a type of resource asks for; none where the organization cannot speak of it.
 * A whole permission as the action has to be about that type, but in a project, and where names are opaque.
 */
export const patternsAsked = (model: AccessModel, action: string, type: string): Patterns | undefined => {
  if (!isType(type)) return undefined;
  const name = action.replace(OWN, '');
  const permission = name.includes(':') ? name : `${type}:${name}`;
  if (!isKnown(model, permission)) return undefined;
  const plain = patternsFor(model, permission);
  if (name.includes(':') && type !== PROJECT_TYPE && !model.opaque) {
    const ofType = `${type}:${name.slice(name.indexOf(':') + 1)}`;
    if (!isKnown(model, ofType) || patternsFor(model, ofType)[0] !== plain[0]) return undefined;
  }
  return { plain, own: patternsFor(model, permission, true), askedAsOwn: OWN.test(action) };
};

/** What no row can hold names nothing; Postgres would refuse the whole statement for it. */
export const isStorable = (text: string | undefined): boolean =>
  text === undefined || (!text.includes('\0') && text.isWellFormed());

export const uuidIn = (text: string | undefined): string | null =>
  text !== undefined && UUID.test(text) ? text : null;

/** A name, but for what looks like an id: that is looked up as one. */
export const nameIn = (text: string | undefined): string | null =>
  text === undefined || uuidIn(text) !== null ? null : text;

/** What is no address is nobody's address. */
export const emailIn = (text: string | undefined): string | null => {
  if (!text?.includes('@')) return null;
  try {
    return foldEmail(text);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
};
