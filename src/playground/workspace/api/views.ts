import type { Refusal } from '../blocks/check-message.ts';
import { nameBlocks, refuseView } from '../blocks/check-view.ts';
import { LIMITS } from '../blocks/limits.ts';
import { initialValues } from '../controls.ts';
import { randomId } from '../ids.ts';
import { viewOutput } from '../payload.ts';
import { parsedOf, type Shape, shapeOf, shapesOf, stringOf } from '../shape.ts';
import type { Site, Trigger, Values, View } from '../site.ts';
import type { Gate } from './gate.ts';

const named = (args: Shape): Shape => {
  const view = shapeOf(parsedOf(args.view));
  return { ...args, view: { ...view, blocks: nameBlocks(shapesOf(view.blocks), () => randomId('')) } };
};

const alter = (_site: Site, args: Shape): Shape => named(args);

const refuse =
  (kind: 'modal' | 'home') =>
  (_site: Site, args: Shape): Refusal | undefined =>
    refuseView(parsedOf(args.view), kind);

const TRIGGER_LIFE = 3_000;

const triggerOf = (site: Site, args: Shape): Trigger | undefined =>
  site.triggers.get(stringOf(args.trigger_id) || stringOf(args.interactivity_pointer));

function refuseTrigger(site: Site, args: Shape): Refusal | undefined {
  const trigger = triggerOf(site, args);
  if (!trigger) return { error: 'invalid_trigger_id' };
  if (trigger.used) return { error: 'exchanged_trigger_id' };
  return Date.now() - trigger.born > TRIGGER_LIFE ? { error: 'expired_trigger_id' } : undefined;
}

/** The emulator counts whole seconds, which may be a second short, so it gets a fresh trigger of its own. */
async function exchange(site: Site, args: Shape): Promise<Shape> {
  const trigger = triggerOf(site, args);
  if (!trigger) return args;
  trigger.used = true;
  const theirs = await site.call('views.generateTriggerId', { user_id: trigger.person }, site.app.token);
  return { ...named(args), trigger_id: theirs.trigger_id, person: trigger.person };
}

const stackOf = (site: Site, person: string): View[] => site.modals.get(person) ?? [];

const bodyOf = (answer: Shape): Shape => shapeOf(answer.view);

function createView(person: string, body: Shape, below?: View): View {
  const id = stringOf(body.id);
  const values = initialValues(shapesOf(body.blocks));
  return { id, person, body, values, root: below?.root ?? id, ...(below ? { previous: below.id } : {}) };
}

export const openView: Gate = {
  refuse: (site, args) => refuseTrigger(site, args) ?? refuse('modal')(site, args),
  alter: exchange,
  keep(site, args, answer) {
    const person = stringOf(args.person);
    if (!person) return undefined;
    const view = createView(person, bodyOf(answer));
    site.modals.set(person, [view]);
    site.changed();
    return { ...answer, view: viewOutput(site, view) };
  },
};

/** Opened, not pushed, in the emulator: it never forgets a closed view and so would count those against the limit. */
export const pushView: Gate = {
  as: 'views.open',
  refuse(site, args) {
    const trigger = triggerOf(site, args);
    const stack = trigger ? stackOf(site, trigger.person) : [];
    if (trigger && !stack.some((view) => view.id === trigger.viewId)) return { error: 'view_not_found' };
    if (stack.length >= LIMITS.viewStack) return { error: 'push_limit_reached' };
    return refuseTrigger(site, args) ?? refuse('modal')(site, args);
  },
  alter: exchange,
  keep(site, args, answer) {
    const person = stringOf(args.person);
    if (!person) return undefined;
    const stack = stackOf(site, person);
    const view = createView(person, bodyOf(answer), stack.at(-1));
    site.modals.set(person, [...stack, view]);
    site.changed();
    return { ...answer, view: viewOutput(site, view) };
  },
};

const findModal = (site: Site, args: Shape): View | undefined =>
  [...site.modals.values()]
    .flat()
    .find(
      (view) => view.id === args.view_id || (args.external_id && view.body.external_id === args.external_id),
    );

const findHome = (site: Site, args: Shape): View | undefined =>
  [...site.homes.values()].find((view) => view.id === args.view_id);

export const updateView: Gate = {
  refuse(site, args) {
    const home = findHome(site, args);
    if (!home && !findModal(site, args)) return { error: 'not_found' };
    return refuse(home ? 'home' : 'modal')(site, args);
  },
  alter,
  keep(site, args, answer) {
    const view = findModal(site, args) ?? findHome(site, args);
    if (!view) return undefined;
    replaceBody(view, bodyOf(answer));
    site.changed();
    return { ...answer, view: viewOutput(site, view) };
  },
};

export const publishView: Gate = {
  refuse(site, args) {
    const person = site.people.get(stringOf(args.user_id));
    if (!person || person.deleted) return { error: 'user_not_found' };
    return site.manifest.home ? refuse('home')(site, args) : { error: 'not_enabled' };
  },
  alter,
  keep(site, args, answer) {
    const person = stringOf(args.user_id);
    const shown = site.homes.get(person);
    if (shown) replaceBody(shown, bodyOf(answer));
    else site.homes.set(person, createView(person, bodyOf(answer)));
    site.changed();
    return undefined;
  },
};

/** What a person typed stays where block and control keep their ids. */
export function replaceBody(view: View, body: Shape): void {
  const kept: Values = {};
  for (const [blockId, actions] of Object.entries(initialValues(shapesOf(body.blocks)))) {
    kept[blockId] = Object.fromEntries(
      Object.entries(actions).map(([actionId, value]) => {
        const before = view.values[blockId]?.[actionId];
        return [actionId, before && before.type === value.type ? before : value];
      }),
    );
  }
  view.body = body;
  view.values = kept;
}
