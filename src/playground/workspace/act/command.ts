import { answerWith } from '../api/reply.ts';
import { refuseMessage } from '../blocks/check-message.ts';
import { asForm, deliver } from '../deliver.ts';
import { channelName, makeReplyUrl, makeTrigger } from '../payload.ts';
import { sayAsClient } from '../say.ts';
import { isShape, parsedOf } from '../shape.ts';
import type { Channel, Person, Site } from '../site.ts';
import { escapeTyped } from './escape.ts';
import type { Typed } from './type.ts';

/** Sends a slash command to the app and shows what it acknowledges with. */
export async function runCommand(
  site: Site,
  person: Person,
  channel: Channel,
  command: string,
  text: string,
): Promise<Typed> {
  const declared = site.manifest.commands.find((item) => item.command === command);
  const typed = `${command} ${text}`.trim();
  if (!declared || !site.installed || !site.manifest.scopes.includes('commands')) {
    return { message: sayAsClient(site, person, channel.id, `${command} is not a valid command.`) };
  }
  const reply = { person: person.id, channel: channel.id, answers: typed };
  const fields = {
    token: 'unused',
    team_id: person.teamId,
    team_domain: site.team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: person.id,
    user_name: person.name,
    command,
    text: declared.escapes ? escapeTyped(site, text, 'command') : text,
    api_app_id: site.app.id,
    is_enterprise_install: 'false',
    response_url: makeReplyUrl(site, reply),
    trigger_id: makeTrigger(site, person),
  };
  const delivery = await deliver(site, { kind: 'command', ...asForm(fields) });
  if (delivery.error) {
    const message = sayAsClient(
      site,
      person,
      channel.id,
      `${command} failed with the error "${delivery.error}"`,
      typed,
    );
    return { delivery, message };
  }
  const answer = parsedOf(delivery.answer);
  if (isShape(answer)) {
    if (refuseMessage(answer))
      return {
        delivery,
        message: sayAsClient(
          site,
          person,
          channel.id,
          `${command} failed with the error "dispatch_failed"`,
          typed,
        ),
      };
    await answerWith(site, reply, answer);
  } else if (delivery.answer.trim()) await answerWith(site, reply, { text: delivery.answer });
  return { delivery };
}
