import { randomBytes } from 'node:crypto';
import { click } from './act/click.ts';
import { close } from './act/close.ts';
import { deactivate, uninstall } from './act/deactivate.ts';
import { openHome } from './act/open-home.ts';
import { shortcut } from './act/shortcut.ts';
import { submit } from './act/submit.ts';
import { suggest } from './act/suggest.ts';
import { type } from './act/type.ts';
import { upload } from './act/upload.ts';
import { serveApi } from './api/serve.ts';
import { controlsOf } from './controls.ts';
import { redeliver } from './deliver.ts';
import { callEmulator, startEmulator } from './emulator.ts';
import { findPerson, findPlace } from './find.ts';
import { furnish, personOf } from './furnish.ts';
import { createIds, stableId } from './ids.ts';
import { keepSite, loadSite } from './keep.ts';
import { readManifest } from './manifest.ts';
import { home, messages, modals, readFileOf } from './read.ts';
import type { Shape } from './shape.ts';
import { type ChannelSeed, type Failure, type PersonSeed, personToken, type Site } from './site.ts';

export type WorkspaceOptions = {
  /** The app's `POST /slack/events`; a function where its port is not known yet. */
  eventsUrl: string | (() => string);
  /** The parsed `manifest.yml`. */
  manifest: unknown;
  people: readonly PersonSeed[];
  channels: readonly ChannelSeed[];
  name?: string;
  /** Where the conversation is kept over a restart; nowhere where absent. */
  stateFile?: string;
};

export type Workspace = Awaited<ReturnType<typeof createWorkspace>>;

/** A Slack workspace on loopback, with people who type and click, and an app behind `eventsUrl` that answers. */
export async function createWorkspace(options: WorkspaceOptions) {
  const { eventsUrl, stateFile } = options;
  const manifest = readManifest(options.manifest);
  const listeners = new Set<() => void>();
  let saving: NodeJS.Timeout | undefined;
  const ids = createIds();
  const team = { id: 'T000000001', name: options.name ?? 'Acme', domain: 'acme' };
  const app = {
    id: stableId('A', manifest.name),
    name: manifest.name,
    userId: stableId('U', `app:${manifest.name}`),
    botId: stableId('B', manifest.name),
    token: `xoxb-${randomBytes(24).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
  const emulator = await startEmulator({
    team,
    app: { ...app, scopes: manifest.scopes },
    people: options.people
      .map(personOf(team.id))
      .map((person) => ({ ...person, token: personToken(person) })),
    channels: options.channels.map((channel) => ({
      name: channel.name,
      topic: channel.topic ?? '',
      private: channel.private ?? false,
    })),
  });
  const site: Site = {
    team,
    app,
    manifest,
    eventsUrl: typeof eventsUrl === 'string' ? () => eventsUrl : eventsUrl,
    ids,
    origin: '',
    installed: true,
    people: new Map(),
    channels: new Map(),
    messages: [],
    homes: new Map(),
    modals: new Map(),
    choices: new Map(),
    replyUrls: new Map(),
    triggers: new Map(),
    deliveries: [],
    failures: new Map(),
    uploads: new Map(),
    places: new Map(),
    later: new Set(),
    async call(method: string, args: Shape, token: string) {
      const answer = ids.fromEmulator(await callEmulator(emulator.url, method, ids.toEmulator(args), token));
      return JSON.parse(JSON.stringify(answer).replaceAll(emulator.url, site.origin));
    },
    changed() {
      for (const listener of listeners) listener();
      if (!stateFile) return;
      saving ??= setTimeout(() => {
        saving = undefined;
        // One that fails is followed by another at the next change, or at the stop, which says so.
        void save?.().catch(() => undefined);
      }, 100).unref();
    },
  };
  const save = stateFile ? keepSite(site, stateFile) : undefined;
  const api = await serveApi(site, emulator.url);
  site.origin = api.origin;
  await furnish(site, options.people, options.channels);
  if (stateFile) await loadSite(site, stateFile);

  return {
    /** For `SLACK_API_URL`. */
    apiUrl: `${api.origin}/api/`,
    botToken: app.token,
    signingSecret: app.signingSecret,
    teamId: team.id,
    app: { id: app.id, name: app.name, userId: app.userId },
    manifest,
    site,
    people: () => [...site.people.values()],
    channels: () => [...site.channels.values()],
    person: (who: string) => findPerson(site, who),
    place: (who: string, where: string) => findPlace(site, findPerson(site, who), where),

    type: type.bind(null, site),
    click: click.bind(null, site),
    suggest: suggest.bind(null, site),
    submit: submit.bind(null, site),
    close: close.bind(null, site),
    openHome: openHome.bind(null, site),
    shortcut: shortcut.bind(null, site),
    upload: upload.bind(null, site),
    deactivate: deactivate.bind(null, site),
    uninstall: () => uninstall(site),

    /** What can be pressed, chosen or filled in these blocks. */
    controls: controlsOf,
    messages: messages.bind(null, site),
    modals: modals.bind(null, site),
    home: home.bind(null, site),
    file: (who: string, id: string) => readFileOf(site, emulator.url, who, id),

    deliveries: (): readonly Site['deliveries'][number][] => site.deliveries,
    redeliver: redeliver.bind(null, site),
    /** The app's next call of this method fails so; several wait in line. */
    failNext(method: string, failure: Failure) {
      site.failures.set(method, [...(site.failures.get(method) ?? []), failure]);
    },

    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Forgets everything that was said and chosen. Tokens and ids stay. */
    async reset(): Promise<void> {
      for (const timer of site.later) clearTimeout(timer);
      for (const things of [
        site.people,
        site.channels,
        site.homes,
        site.modals,
        site.choices,
        site.replyUrls,
        site.triggers,
        site.failures,
        site.uploads,
        site.places,
      ])
        things.clear();
      site.messages.length = 0;
      site.deliveries.length = 0;
      site.installed = true;
      ids.clear();
      emulator.reset();
      await furnish(site, options.people, options.channels);
      site.changed();
    },
    async stop(): Promise<void> {
      for (const timer of site.later) clearTimeout(timer);
      clearTimeout(saving);
      await save?.();
      await new Promise((done) => {
        api.server.close(done);
        if ('closeAllConnections' in api.server) api.server.closeAllConnections();
      });
      await emulator.close();
    },
  };
}
