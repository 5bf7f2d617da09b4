import { ComponentType } from 'discord-api-types/v10';
import { checkButton, checkSelect, SELECTS } from './check-control.ts';
import type { Path, Report } from './refusal.ts';
import {
  checkCount,
  checkedShapes,
  checkInteger,
  checkText,
  type Shape,
  shapeOf,
  shapesOf,
  stringOf,
} from './shape.ts';

/** https://docs.discord.com/developers/components/reference */
const LIMITS = {
  components: 40,
  text: 4_000,
  row: 5,
  section: 3,
  gallery: 10,
  description: 1_024,
  color: 0xffffff,
};

const IN_CONTAINER: readonly unknown[] = [
  ComponentType.ActionRow,
  ComponentType.Section,
  ComponentType.TextDisplay,
  ComponentType.MediaGallery,
  ComponentType.File,
  ComponentType.Separator,
];
const AT_TOP = [...IN_CONTAINER, ComponentType.Container];

interface Walk {
  report: Report;
  seen: Set<string>;
  /** What `attachment://…` may name. */
  files: ReadonlySet<string>;
}

/** The components of a message with the flag IS_COMPONENTS_V2. */
export function checkComponents(report: Report, value: unknown, files: ReadonlySet<string>): void {
  const components = checkedShapes(report, ['components'], value);
  const walk: Walk = { report, seen: new Set(), files };
  components.forEach((component, index) => {
    checkComponent(walk, ['components', index], component, AT_TOP);
  });
  const all = flattened(components);
  if (all.length > LIMITS.components) {
    report.add(
      ['components'],
      'COMPONENT_TOO_MANY',
      `The total number of components is ${all.length} and cannot exceed ${LIMITS.components}`,
    );
  }
  const text = all.reduce(
    (sum, one) => sum + (one.type === ComponentType.TextDisplay ? stringOf(one.content).length : 0),
    0,
  );
  if (text > LIMITS.text) {
    report.add(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `The total displayable text size is ${text} and cannot exceed ${LIMITS.text}`,
    );
  }
  const ids = all.flatMap(({ id }) => (typeof id === 'number' && id !== 0 ? [id] : []));
  if (new Set(ids).size < ids.length) {
    report.add(['components'], 'COMPONENT_ID_DUPLICATED', 'Component ids cannot be duplicated');
  }
}

/** The components of a message without it: rows of controls alone. */
export function checkRows(report: Report, value: unknown): void {
  const walk: Walk = { report, seen: new Set(), files: new Set() };
  checkCount(report, ['components'], value ?? [], { min: 0, max: LIMITS.row });
  checkedShapes(report, ['components'], value).forEach((component, index) => {
    checkComponent(walk, ['components', index], component, [ComponentType.ActionRow]);
  });
}

/** Every component with those inside it. */
export function flattened(components: readonly Shape[]): Shape[] {
  return components.flatMap((one) => [
    one,
    ...flattened(shapesOf(one.components)),
    ...(one.accessory ? flattened([shapeOf(one.accessory)]) : []),
    ...(one.component ? flattened([shapeOf(one.component)]) : []),
  ]);
}

function checkComponent(walk: Walk, path: Path, component: Shape, allowed: readonly unknown[]): void {
  const { report, seen } = walk;
  if (!allowed.includes(component.type)) {
    report.add(
      [...path, 'type'],
      'BASE_TYPE_CHOICES',
      `Value of field "type" must be one of (${allowed.join(', ')}).`,
    );
    return;
  }
  checkInteger(report, [...path, 'id'], component.id, { min: 0, max: 2 ** 31 - 1 });
  switch (component.type) {
    case ComponentType.Container:
      checkInteger(report, [...path, 'accent_color'], component.accent_color, { min: 0, max: LIMITS.color });
      checkCount(report, [...path, 'components'], component.components, { min: 1, max: LIMITS.components });
      checkedShapes(report, [...path, 'components'], component.components).forEach((child, index) => {
        checkComponent(walk, [...path, 'components', index], child, IN_CONTAINER);
      });
      break;
    case ComponentType.Section:
      checkCount(report, [...path, 'components'], component.components, { min: 1, max: LIMITS.section });
      checkedShapes(report, [...path, 'components'], component.components).forEach((child, index) => {
        checkComponent(walk, [...path, 'components', index], child, [ComponentType.TextDisplay]);
      });
      checkAccessory(walk, [...path, 'accessory'], component.accessory);
      break;
    case ComponentType.TextDisplay:
      checkText(report, [...path, 'content'], component.content, { min: 1, max: LIMITS.text });
      if (stringOf(component.content).length > 0 && stringOf(component.content).trim() === '') {
        report.add([...path, 'content'], 'BASE_TYPE_REQUIRED', 'This field is required');
      }
      break;
    case ComponentType.MediaGallery:
      checkCount(report, [...path, 'items'], component.items, { min: 1, max: LIMITS.gallery });
      checkedShapes(report, [...path, 'items'], component.items).forEach((item, index) => {
        checkText(report, [...path, 'items', index, 'description'], item.description, {
          max: LIMITS.description,
        });
        checkMedia(
          walk,
          [...path, 'items', index, 'media', 'url'],
          shapeOf(item.media).url,
          /^(https?|attachment):\/\//,
        );
      });
      break;
    case ComponentType.File:
      checkMedia(walk, [...path, 'file', 'url'], shapeOf(component.file).url, /^attachment:\/\//);
      break;
    case ComponentType.Separator:
      checkInteger(report, [...path, 'spacing'], component.spacing, { min: 1, max: 2 });
      break;
    default:
      checkRow(walk, path, component, seen);
  }
}

function checkRow({ report }: Walk, path: Path, row: Shape, seen: Set<string>): void {
  const at = [...path, 'components'];
  checkCount(report, at, row.components, { min: 1, max: LIMITS.row });
  const controls = checkedShapes(report, at, row.components);
  const selects = controls.filter(({ type }) => SELECTS.includes(type));
  if (selects.length > 0 && controls.length > 1) {
    report.add(at, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
  }
  controls.forEach((control, index) => {
    if (SELECTS.includes(control.type)) checkSelect(report, [...at, index], control, seen);
    else if (control.type === ComponentType.Button) checkButton(report, [...at, index], control, seen);
    else
      report.add(
        [...at, index, 'type'],
        'BASE_TYPE_CHOICES',
        'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).',
      );
  });
}

function checkAccessory(walk: Walk, path: Path, value: unknown): void {
  const accessory = shapeOf(value);
  if (accessory.type === ComponentType.Button) checkButton(walk.report, path, accessory, walk.seen);
  else if (accessory.type === ComponentType.Thumbnail) {
    checkText(walk.report, [...path, 'description'], accessory.description, { max: LIMITS.description });
    checkMedia(walk, [...path, 'media', 'url'], shapeOf(accessory.media).url, /^(https?|attachment):\/\//);
  } else walk.report.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
}

function checkMedia({ report, files }: Walk, path: Path, value: unknown, scheme: RegExp): void {
  const url = stringOf(value);
  if (!scheme.test(url)) {
    report.add(path, 'URL_TYPE_INVALID_SCHEME', 'Scheme must be one of those that media may have.');
  }
  const [, name] = /^attachment:\/\/(.+)$/.exec(url) ?? [];
  if (name !== undefined && !files.has(name)) {
    report.add(
      path,
      'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
      'The referenced attachment was not found',
    );
  }
}
