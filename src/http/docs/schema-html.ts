import { escapeHtml, proseHtml } from './html.ts';

type Json = Readonly<Record<string, unknown>>;

/** A JSON Schema for a reader: a table of the properties of an object, a phrase for anything else. */
export function schemaHtml(schema: Json): string {
  const { properties, $ref, oneOf, anyOf } = schema;
  if (typeof $ref === 'string') return phrase(schema);
  const variants = oneOf ?? anyOf;
  if (Array.isArray(variants)) return variants.map((variant: Json) => schemaHtml(variant)).join('<p>or</p>');
  if (typeof properties !== 'object' || properties === null) return phrase(schema);
  const required = (schema.required ?? []) as readonly string[];
  const rows = Object.entries(properties as Readonly<Record<string, Json>>).map(([name, property]) => {
    const optional = required.includes(name) ? '' : ', optional';
    const about = proseHtml(String(property.description ?? ''));
    return `<tr><td><code>${escapeHtml(name)}</code></td><td>${phrase(property)}${optional}</td><td>${about}${nested(property)}</td></tr>`;
  });
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

function nested(property: Json): string {
  const items = property.items as Json | undefined;
  const inner = items?.properties === undefined ? property : items;
  return inner.properties === undefined ? '' : schemaHtml(inner);
}

function phrase(schema: Json): string {
  const { $ref, type, enum: values, items, minimum, maximum } = schema;
  if (typeof $ref === 'string') {
    const name = escapeHtml($ref.replace('#/components/schemas/', ''));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(values)) return values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(' | ');
  if (type === 'array') return `array of ${phrase((items ?? {}) as Json)}`;
  const range = minimum === undefined || maximum === undefined ? '' : ` ${minimum} to ${maximum}`;
  const kinds = Array.isArray(type) ? type.join(' or ') : String(type ?? 'anything');
  return `${escapeHtml(kinds)}${range}${schema.const === undefined ? '' : ` <code>${escapeHtml(String(schema.const))}</code>`}`;
}
