import { shapeOf, shapesOf, stringOf } from './shape.ts';

export type Manifest = {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly events: readonly string[];
  readonly commands: readonly { command: string; description: string; hint: string; escapes: boolean }[];
  readonly shortcuts: readonly {
    name: string;
    kind: 'global' | 'message';
    callbackId: string;
    description: string;
  }[];
  readonly interactive: boolean;
  readonly home: boolean;
};

const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** What the emulated Slack needs to know of an app's manifest. An app can do nothing that its manifest does not say. */
export function readManifest(source: unknown): Manifest {
  const manifest = shapeOf(source);
  const features = shapeOf(manifest.features);
  const settings = shapeOf(manifest.settings);
  const scopes = shapeOf(shapeOf(manifest.oauth_config).scopes);
  return {
    name: stringOf(shapeOf(manifest.display_information).name),
    scopes: [...new Set([...words(scopes.bot), ...words(scopes.bot_optional)])],
    events: words(shapeOf(settings.event_subscriptions).bot_events),
    commands: shapesOf(features.slash_commands).map((command) => ({
      command: stringOf(command.command),
      description: stringOf(command.description),
      hint: stringOf(command.usage_hint),
      escapes: command.should_escape === true,
    })),
    shortcuts: shapesOf(features.shortcuts).map((shortcut) => ({
      name: stringOf(shortcut.name),
      kind: shortcut.type === 'message' ? 'message' : 'global',
      callbackId: stringOf(shortcut.callback_id),
      description: stringOf(shortcut.description),
    })),
    interactive: shapeOf(settings.interactivity).is_enabled === true,
    home: shapeOf(features.app_home).home_tab_enabled === true,
  };
}
