import { ComponentType } from 'discord-api-types/v10';
import { checkCustomId, checkGroup, checkSelect, checkTextInput, SELECTS } from './check-control.ts';
import { createReport, type Path, type Report } from './refusal.ts';
import { checkCount, checkedShapes, checkInteger, checkText, type Shape, shapeOf } from './shape.ts';

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
const LIMITS = { title: 45, components: 5, label: 45, description: 100, text: 4_000, files: 10 };

const AT_TOP: readonly unknown[] = [ComponentType.Label, ComponentType.TextDisplay, ComponentType.ActionRow];

/** @throws Refusal for whatever Discord would not open */
export function checkModal(modal: Shape): void {
  const report = createReport();
  const seen = new Set<string>();
  checkText(report, ['data', 'title'], modal.title, { min: 1, max: LIMITS.title });
  checkText(report, ['data', 'custom_id'], modal.custom_id, { min: 1, max: 100 });
  checkCount(report, ['data', 'components'], modal.components, { min: 1, max: LIMITS.components });
  const components = checkedShapes(report, ['data', 'components'], modal.components);
  components.forEach((component, index) => {
    checkTop(report, ['data', 'components', index], component, seen);
  });
  report.end();
}

function checkTop(report: Report, path: Path, component: Shape, seen: Set<string>): void {
  if (!AT_TOP.includes(component.type)) {
    report.add(
      [...path, 'type'],
      'BASE_TYPE_CHOICES',
      `Value of field "type" must be one of (${AT_TOP.join(', ')}).`,
    );
  } else if (component.type === ComponentType.TextDisplay) {
    checkText(report, [...path, 'content'], component.content, { min: 1, max: LIMITS.text });
  } else if (component.type === ComponentType.ActionRow) {
    report.add(path, 'COMPONENT_DEPRECATED', 'Action rows in modals are deprecated: use a label');
  } else {
    checkText(report, [...path, 'label'], component.label, { min: 1, max: LIMITS.label });
    checkText(report, [...path, 'description'], component.description, { max: LIMITS.description });
    checkField(report, [...path, 'component'], shapeOf(component.component), seen);
  }
}

function checkField(report: Report, path: Path, field: Shape, seen: Set<string>): void {
  if ('disabled' in field && field.disabled === true) {
    report.add([...path, 'disabled'], 'COMPONENT_MODAL_DISABLED', 'Nothing in a modal can be disabled');
  }
  if (field.type === ComponentType.TextInput) {
    if (field.label !== undefined) {
      report.add([...path, 'label'], 'TEXT_INPUT_LABEL_IN_LABEL', 'The label around it has the words');
    }
    checkTextInput(report, path, field, seen);
  } else if (SELECTS.includes(field.type)) {
    checkSelect(report, path, field, seen);
    if (field.min_values === 0 && field.required !== false) {
      report.add(
        [...path, 'required'],
        'SELECT_COMPONENT_REQUIRED_MIN_VALUES',
        'What is required needs a value',
      );
    }
  } else if (field.type === ComponentType.RadioGroup || field.type === ComponentType.CheckboxGroup) {
    checkGroup(report, path, field, seen);
  } else if (field.type === ComponentType.Checkbox) {
    checkCustomId(report, path, field, seen);
  } else if (field.type === ComponentType.FileUpload) {
    checkCustomId(report, path, field, seen);
    checkInteger(report, [...path, 'min_values'], field.min_values, { min: 0, max: LIMITS.files });
    checkInteger(report, [...path, 'max_values'], field.max_values, { min: 1, max: LIMITS.files });
  } else {
    report.add(
      [...path, 'type'],
      'BASE_TYPE_CHOICES',
      'Value of field "type" must be one of (3, 4, 5, 6, 7, 8, 19, 21, 22, 23).',
    );
  }
}
