import { describe, expect, it } from 'vitest';
import { commandNamed, commands } from '../../../src/commands/index.ts';
import { parse } from '../../../src/commands/parse.ts';
import {
  EVENTS,
  OPTIONAL_SCOPES,
  SCOPES,
  SHORTCUTS,
  SLASH_COMMANDS,
} from '../../../src/platforms/slack/register.ts';
import { MANIFEST } from './start-slack.ts';

interface Manifest {
  _metadata: { major_version: number };
  display_information: {
    name: string;
    description: string;
    long_description: string;
    background_color: string;
  };
  features: {
    app_home: Record<string, boolean>;
    bot_user: { display_name: string };
    slash_commands: {
      command: string;
      description: string;
      usage_hint: string;
      should_escape: boolean;
      url?: string;
    }[];
    shortcuts: { name: string; type: string; callback_id: string; description: string }[];
    assistant_view?: unknown;
    agent_view?: unknown;
  };
  oauth_config: { scopes: { bot: string[]; bot_optional: string[] } };
  settings: {
    event_subscriptions: { bot_events: string[] };
    interactivity: { is_enabled: boolean };
    socket_mode_enabled: boolean;
    org_deploy_enabled: boolean;
    token_rotation_enabled: boolean;
  };
}
const manifest = MANIFEST as Manifest;
const { display_information: display, features, oauth_config: oauth, settings } = manifest;

describe('manifest.yml', () => {
  it('keeps to Slack’s limits', () => {
    expect(manifest._metadata.major_version).toBe(2);
    expect(display.name.length).toBeLessThanOrEqual(35);
    expect(display.description.length).toBeLessThanOrEqual(140);
    expect(display.long_description.length).toBeGreaterThanOrEqual(175);
    expect(display.long_description.length).toBeLessThanOrEqual(4_000);
    expect(display.background_color).toMatch(/^#[0-9a-f]{6}$/i);
    expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
    for (const { command, description, usage_hint } of features.slash_commands) {
      expect(command.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(2_000);
      expect(usage_hint.length).toBeLessThanOrEqual(1_000);
    }
    for (const { name, description, callback_id } of features.shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
      expect(callback_id.length).toBeLessThanOrEqual(255);
    }
    expect(features.shortcuts.length).toBeLessThanOrEqual(10);
    expect(settings.event_subscriptions.bot_events.length).toBeLessThanOrEqual(100);
    expect(oauth.scopes.bot.length).toBeLessThanOrEqual(255);
  });

  it('declares the commands that are listened to, escaped so that names come with ids', () => {
    expect(features.slash_commands.map(({ command }) => command)).toEqual(SLASH_COMMANDS);
    expect(features.slash_commands.every(({ should_escape }) => should_escape)).toBe(true);
  });

  it('PF-01 declares a slash command for each root of the commands, with a hint that is one of them', () => {
    const roots = [...new Set(commands.map(({ root }) => `/${root}`))].sort();
    expect(roots).toEqual([...SLASH_COMMANDS].sort());
    for (const { command, usage_hint } of features.slash_commands) {
      const root = command === '/org' ? 'org' : 'access';
      expect(parse(commands, root, usage_hint)).toMatchObject({ kind: 'command', errors: {} });
    }
  });

  it('declares shortcuts that type commands that there are', () => {
    for (const { types } of SHORTCUTS)
      if (types) expect(parse(commands, types.root, types.text).kind).toBe('command');
    expect(commandNamed('access request new')?.args).toHaveProperty('reason');
  });

  it('declares the shortcuts that are listened to', () => {
    const declared = features.shortcuts.map(({ name, type, callback_id }) => ({
      name,
      type,
      callback: callback_id,
    }));
    expect(declared).toEqual(SHORTCUTS.map(({ name, type, callback }) => ({ name, type, callback })));
  });

  it('asks for the events that are listened to', () => {
    expect([...settings.event_subscriptions.bot_events].sort()).toEqual([...EVENTS].sort());
    expect(settings.interactivity.is_enabled).toBe(true);
    expect(features.app_home.home_tab_enabled).toBe(true);
  });

  it('checklist 47: asks for the scopes that it can explain, and lets the rest be refused', () => {
    const { bot, bot_optional } = oauth.scopes;
    expect([...bot].sort()).toEqual([...Object.keys(SCOPES), ...Object.keys(OPTIONAL_SCOPES)].sort());
    expect([...bot_optional].sort()).toEqual(Object.keys(OPTIONAL_SCOPES).sort());
  });

  it('is an app for people in one workspace, over a socket: no agent, no organization-wide install', () => {
    expect(features).not.toHaveProperty('agent_view');
    expect(features).not.toHaveProperty('assistant_view');
    expect(settings).toMatchObject({
      socket_mode_enabled: true,
      org_deploy_enabled: false,
      token_rotation_enabled: false,
    });
  });
});
