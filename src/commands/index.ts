import { accessCommands } from './access.ts';
import { accessFormCommands } from './access-form.ts';
import { auditCommands } from './audit.ts';
import { breakGlassCommands } from './break-glass.ts';
import { checkCommands } from './check.ts';
import type { Command } from './command.ts';
import { driftCommands } from './drift.ts';
import { driftFixCommands } from './drift-fix.ts';
import { driftReportCommands } from './drift-report.ts';
import { driftSettleCommands } from './drift-settle.ts';
import { exportCommands } from './export.ts';
import { grantCommands } from './grant.ts';
import { helpCommands } from './help.ts';
import { invitationCommands } from './invitation.ts';
import { invitationAskCommands } from './invitation-ask.ts';
import { linkCommands } from './link.ts';
import { memberCommands } from './member.ts';
import { offboardCommands } from './offboard.ts';
import { operatorCommands } from './operator.ts';
import { organizationCommands } from './organization.ts';
import { passkeyCommands } from './passkey.ts';
import { projectCommands } from './project.ts';
import { requestCommands } from './request.ts';
import { resourceCommands } from './resource.ts';
import { reviewCommands } from './review.ts';
import { roleCommands } from './role.ts';
import { serviceAccountCommands } from './service-account.ts';
import { settingsCommands } from './settings.ts';
import { tokenCommands } from './token.ts';
import { tokenReassignCommands } from './token-reassign.ts';

/** Everything that can be typed, pressed or filled in. Help, forms, lookups and the manifest come from here. */
export const commands: readonly Command[] = [
  ...accessCommands,
  ...checkCommands,
  ...helpCommands,
  ...linkCommands,
  ...requestCommands,
  ...breakGlassCommands,
  ...passkeyCommands,
  ...organizationCommands,
  ...invitationCommands,
  ...invitationAskCommands,
  ...memberCommands,
  ...offboardCommands,
  ...projectCommands,
  ...grantCommands,
  ...accessFormCommands,
  ...resourceCommands,
  ...roleCommands,
  ...serviceAccountCommands,
  ...tokenCommands,
  ...tokenReassignCommands,
  ...driftCommands,
  ...driftReportCommands,
  ...reviewCommands,
  ...driftFixCommands,
  ...driftSettleCommands,
  ...auditCommands,
  ...exportCommands,
  ...settingsCommands,
  ...operatorCommands,
];

/** A command's whole name without the slash: `org invite send`. */
export const commandKey = (command: Pick<Command, 'root' | 'name'>): string =>
  `${command.root} ${command.name}`.trim();

const byKey = new Map(commands.map((command) => [commandKey(command), command]));

export const commandNamed = (key: string): Command | undefined => byKey.get(key);

if (byKey.size !== commands.length) throw new Error('Two commands have the same name');
for (const command of commands) {
  if (command.summary.length > 30) throw new Error(`The summary of ${commandKey(command)} is longer than 30`);
  for (const [name, { short, required, prose }] of Object.entries(command.args)) {
    if (short.length > 15) throw new Error(`${commandKey(command)}, ${name}: "${short}" is longer than 15`);
    if (
      prose &&
      required &&
      name !==
        Object.keys(command.args)
          .filter((key) => command.args[key]?.required)
          .at(-1)
    ) {
      throw new Error(`${commandKey(command)}: nothing can follow the bare words of ${name}`);
    }
  }
}
