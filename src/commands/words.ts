import type { Organization } from '../core/organization/organization.ts';
import type { Form } from '../views/form.ts';
import { capital } from '../views/parts.ts';

/** The neutral word of the declarations, as the organization's people say it: workspace, namespace, project. */
export const inWords = (text: string, { words }: Organization['model']): string =>
  text
    .replace(/\bprojects\b/g, words.projects)
    .replace(/\bproject\b/g, words.project)
    .replace(/\bProjects\b/g, capital(words.projects))
    .replace(/\bProject\b/g, capital(words.project));

/** A form that opened before the organization was known, in that organization's words and with its name. */
export const formInWords = ({ neutral: _, ...form }: Form, organization: Organization): Form => {
  const said = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : inWords(text, organization.model);
  return {
    ...form,
    title: inWords(form.title, organization.model),
    organization: organization.name,
    intro: typeof form.intro === 'string' ? `${organization.name}: ${said(form.intro)}` : form.intro,
    fields: form.fields.map((field) => ({
      ...field,
      label: inWords(field.label, organization.model),
      hint: said(field.hint),
      input:
        'placeholder' in field.input
          ? { ...field.input, placeholder: said(field.input.placeholder) }
          : field.input,
    })),
  };
};
