import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { controlsOf, optionsOf } from '../../src/playground/workspace/controls.ts';
import { shownIn } from '../../src/playground/workspace/pictures.ts';
import { visible } from '../../src/playground/workspace/read.ts';
import { type Shape, shapeOf, shapesOf, stringOf, wordsOf } from '../../src/playground/workspace/shape.ts';
import type { ChannelSeed, Message, PersonSeed, View } from '../../src/playground/workspace/site.ts';
import { createWorkspace } from '../../src/playground/workspace/workspace.ts';
import { COLLEAGUES, type Shown, type Side } from './side.ts';
import { callsIn, readBlocks, timesIn, unescaped } from './slack-reading.ts';

const MANIFEST: unknown = parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8'));

const domain = 'acme.example';
const colleague = (name: string, realName: string): PersonSeed => ({
  name,
  realName,
  email: `${name}@${domain}`,
});

/** Ada, Ben, Cleo, Dana and Eli work here. Gil is a guest, Robo a bot, Zoe of another company. */
export const PEOPLE: readonly PersonSeed[] = [
  { ...colleague('ada', 'Ada Park'), admin: true },
  colleague('ben', 'Ben Ito'),
  colleague('cleo', 'Cleo Marsh'),
  colleague('dana', 'Dana Reyes'),
  colleague('eli', 'Eli Novak'),
  { ...colleague('gil', 'Gil Rook'), guest: 'ultra_restricted' },
  { ...colleague('robo', 'Robo'), bot: true },
  { ...colleague('zoe', 'Zoe Lam'), teamId: 'T0OTHER000' },
];

const CHANNELS: readonly ChannelSeed[] = [{ name: 'general' }, { name: 'access-requests' }];

/** Slack, as people use it: the emulated workspace behind real signed requests. */
export async function startSlackSide(): Promise<Side> {
  let address = 'http://127.0.0.1:1';
  const workspace = await createWorkspace({
    eventsUrl: () => `${address}/slack/events`,
    manifest: MANIFEST,
    people: PEOPLE,
    channels: CHANNELS,
  });
  const { site } = workspace;
  const errors = new Map<string, string[]>();

  const nameOf = (id: string): string => {
    const person = site.people.get(id);
    return person ? `@${person.name}` : `@${id}`;
  };

  const described = (key: string, place: string, blocks: Shape[], title = ''): Shown => {
    const controls = controlsOf(blocks);
    return {
      key,
      place,
      title,
      text: [title, readBlocks(blocks, nameOf), ...(errors.get(key) ?? [])].filter(Boolean).join('\n'),
      spoken: '',
      buttons: controls
        .filter(({ type }) => type === 'button')
        .map(({ label, element }) => ({
          label,
          says: stringOf(element.accessibility_label),
          confirms: element.confirm !== undefined,
        })),
      options: controls
        .filter(({ block, type }) => block.type !== 'input' && type === 'static_select')
        .flatMap(({ element }) => optionsOf(element).map((option) => wordsOf(option.text))),
      fields: controls
        .filter(({ block }) => block.type === 'input')
        .map(({ label, element }) => ({ label, value: filled(element) })),
    };
  };

  const message = (item: Message, place: string): Shown => {
    const spoken = unescaped(item.text);
    const drawn = described(`${item.channel}/${item.ts}`, place, item.blocks);
    return { ...drawn, spoken, text: item.blocks.length > 0 ? drawn.text : spoken };
  };

  const window = (view: View, place: string): Shown =>
    described(`view/${view.id}`, place, shapesOf(view.body.blocks), wordsOf(view.body.title));

  const where = (key: string) => {
    const [first = '', second = ''] = key.split('/');
    return first === 'view' ? { view: second } : { channel: first, message: second };
  };

  const blocksAt = (name: string, key: string): Shape[] => {
    const [first = '', second = ''] = key.split('/');
    const view = [...workspace.modals(name), workspace.home(name)].find((one) => one?.id === second);
    if (first === 'view') return shapesOf(view?.body.blocks);
    return site.messages.find(({ channel, ts }) => channel === first && ts === second)?.blocks ?? [];
  };

  const controlAt = (name: string, key: string, label: string) => {
    const wanted = label.toLowerCase();
    const found = controlsOf(blocksAt(name, key)).find(
      ({ label: text, element }) =>
        text.toLowerCase() === wanted || stringOf(element.accessibility_label).toLowerCase() === wanted,
    );
    if (!found) throw new Error(`${name} finds no "${label}" there`);
    return found;
  };

  const typeahead = async (name: string, key: string, label: string, typed: string): Promise<Shape[]> => {
    const { blockId, actionId } = controlAt(name, key, label);
    const { groups, failed } = await workspace.suggest(name, where(key), blockId, actionId, typed);
    if (failed) throw new Error(failed);
    return groups.flatMap(({ options }) => options);
  };

  const chosen = async (name: string, key: string, label: string, value: string) => {
    const { type, element } = controlAt(name, key, label);
    const offered = (options: Shape[], wanted: string): Shape => {
      const found = options.find((option) => [option.value, wordsOf(option.text)].includes(wanted));
      if (found) return found;
      throw new Error(`"${label}" offers no ${wanted}: ${options.map(({ text }) => wordsOf(text))}`);
    };
    if (type === 'static_select') return offered(optionsOf(element), value);
    if (type === 'external_select') return offered(await typeahead(name, key, label, value), value);
    if (type === 'multi_external_select') {
      const wanted = value.split(',');
      return Promise.all(wanted.map(async (one) => offered(await typeahead(name, key, label, one), one)));
    }
    if (type === 'checkboxes') return value === '' ? [] : [value];
    return value;
  };

  const filledIn = async (name: string, key: string, values: Readonly<Record<string, string>>) => {
    const fill: Record<string, Awaited<ReturnType<typeof chosen>>> = {};
    for (const [label, value] of Object.entries(values)) {
      fill[controlAt(name, key, label).blockId] = await chosen(name, key, label, value);
    }
    return fill;
  };

  return {
    name: 'slack',
    workspaceId: workspace.teamId,
    confirmsAddresses: true,
    colleagues: COLLEAGUES,
    chat: {
      slack: {
        botToken: workspace.botToken,
        signingSecret: workspace.signingSecret,
        apiUrl: workspace.apiUrl,
      },
    },
    environment: {
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
    },
    sendTo: (origin) => {
      address = origin;
    },
    heard: async () => {},
    hearers: () => 1,
    email: (name) => workspace.person(name).email,
    mention: (name) => `@${name}`,
    onChange: workspace.onChange,
    shown: (name) => {
      const person = workspace.person(name);
      const place = (id: string) => {
        const channel = site.channels.get(id);
        return channel?.kind === 'direct' ? 'direct' : (channel?.name ?? '');
      };
      const seen = new Set(workspace.channels().flatMap((channel) => visible(site, person, channel)));
      const home = workspace.home(name);
      const [front] = workspace.modals(name).slice(-1);
      return [
        ...(home ? [window(home, 'home')] : []),
        ...site.messages.filter((item) => seen.has(item)).map((item) => message(item, place(item.channel))),
        ...(front ? [window(front, 'form')] : []),
      ];
    },

    native: (name, key) => {
      const blocks = blocksAt(name, key);
      return { mentions: callsIn(blocks, nameOf), times: timesIn(blocks) };
    },
    files: async (name) => {
      const found = site.messages.flatMap(({ channel, files = [], blocks }) =>
        [...files.map(({ id }) => id), ...shownIn(blocks)].map(async (id) => {
          const file = await workspace.file(name, id);
          const place = site.channels.get(channel);
          return file
            ? [
                {
                  name: file.name,
                  type: file.type,
                  place: place?.kind === 'direct' ? 'direct' : (place?.name ?? ''),
                  text: Buffer.from(file.bytes).toString('utf8'),
                },
              ]
            : [];
        }),
      );
      return (await Promise.all(found)).flat();
    },

    type: async (name, channel, text) => {
      await workspace.type(name, channel, text);
    },
    mentionApp: async (name, channel, text) => {
      const said = await workspace.type(name, channel, 'A thread.');
      const threadTs = said.message?.ts;
      if (!threadTs) throw new Error('nothing was said');
      await workspace.type(name, channel, `@${workspace.app.name.toLowerCase()} ${text}`, { threadTs });
    },
    openHome: async (name) => {
      await workspace.openHome(name);
    },
    press: async (name, key, label, values = {}) => {
      const { blockId, actionId } = controlAt(name, key, label);
      const fill = await filledIn(name, key, values);
      await workspace.click(name, where(key), { blockId, actionId, fill });
    },
    late: (name, key, label) => {
      const { blockId, actionId } = controlAt(name, key, label);
      const { channel, message: ts } = where(key);
      const item = site.messages.find((one) => one.channel === channel && one.ts === ts);
      const home = workspace.home(name);
      // What is pressed is read before the request leaves.
      const click = () => workspace.click(name, where(key), { blockId, actionId });
      if (item) {
        const old = item.blocks;
        return async () => {
          const now = item.blocks;
          item.blocks = old;
          const clicked = click();
          item.blocks = now;
          await clicked;
        };
      }
      if (!home || home.id !== where(key).view) throw new Error('only a message and a Home can be old');
      const old = home.body;
      return async () => {
        const now = home.body;
        home.body = old;
        const clicked = click();
        home.body = now;
        await clicked;
      };
    },
    choose: async (name, key, option) => {
      const found = controlsOf(blocksAt(name, key)).find(({ element }) =>
        optionsOf(element).some(({ text }) => wordsOf(text) === option),
      );
      const picked = optionsOf(shapeOf(found?.element)).find(({ text }) => wordsOf(text) === option);
      if (!found || !picked) throw new Error(`${name} can choose no "${option}" there`);
      const { blockId, actionId } = found;
      await workspace.click(name, where(key), { blockId, actionId, value: stringOf(picked.value) });
    },
    offers: async (name, key, label, typed) =>
      (await typeahead(name, key, label, typed)).map(({ value }) => stringOf(value)),
    submit: async (name, key, values) => {
      const fill = await filledIn(name, key, values);
      errors.delete(key);
      const submitted = await workspace.submit(name, key.slice('view/'.length), fill);
      if (submitted.failed) throw new Error(submitted.failed);
      if (submitted.errors) errors.set(key, Object.values(submitted.errors));
      site.changed();
    },
    closeWindows: async (name) => {
      const [front] = workspace.modals(name);
      if (front) await workspace.close(name, front.id, { all: true });
    },
    switchOff: async (name) => {
      await workspace.deactivate(name);
    },

    acknowledged: () => workspace.deliveries().map(({ milliseconds }) => milliseconds),
    again: async () => (await workspace.redeliver()).status,
    forged: async ({ seconds = 0, key = workspace.signingSecret }) => {
      const last = workspace.deliveries().at(-1);
      if (!last) throw new Error('nothing has been sent yet');
      const stamp = String(Math.floor(Date.now() / 1000) + seconds);
      const signature = createHmac('sha256', key).update(`v0:${stamp}:${last.body}`).digest('hex');
      const answer = await fetch(`${address}/slack/events`, {
        method: 'POST',
        headers: {
          'content-type': last.contentType,
          'x-slack-request-timestamp': stamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body: last.body,
      });
      return answer.status;
    },
    refused: () => [],
    calls: () => {
      const views = [...site.modals.values()].flat().concat([...site.homes.values()]);
      const mine = site.messages.filter(({ author }) => author === site.app.userId);
      return [
        ...mine.flatMap(({ text, blocks }) => callsIn([{ type: 'mrkdwn', text }, ...blocks], nameOf)),
        ...views.flatMap(({ body }) => callsIn(shapesOf(body.blocks), nameOf)),
      ];
    },
    holdSending: (seconds) => {
      // A pressed card is edited twice: its buttons go, then it is drawn anew.
      for (const method of ['chat.postMessage', 'chat.update', 'chat.update']) {
        workspace.failNext(method, { status: 429, retryAfter: seconds });
      }
    },
    removes: async (key) => {
      const { channel = '', message: ts = '' } = where(key);
      const body = new URLSearchParams({ channel, ts });
      const authorization = `Bearer ${workspace.botToken}`;
      await fetch(`${workspace.apiUrl}chat.delete`, { method: 'POST', headers: { authorization }, body });
      if (site.messages.some((one) => one.channel === channel && one.ts === ts))
        throw new Error('it is still there');
    },
    losesChannel: () => {
      for (const method of ['chat.update', 'chat.postMessage'])
        workspace.failNext(method, { status: 200, error: 'channel_not_found' });
    },
    holdRedraw: () => workspace.failNext('chat.update', { status: 429, retryAfter: 2 }),
    stop: () => workspace.stop(),
  };
}

const filled = (element: Shape): string => {
  const many = shapesOf(element.initial_options).map(({ value }) => stringOf(value));
  const one = stringOf(element.initial_value) || stringOf(shapeOf(element.initial_option).value);
  return one || many.join(',');
};
