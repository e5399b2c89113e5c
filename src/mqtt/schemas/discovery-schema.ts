/** What Home Assistant is told of a device; it documents the options of each platform. */
export const discoverySchema = {
  type: 'object',
  required: ['device', 'origin', 'components'],
  properties: {
    device: {
      type: 'object',
      required: ['identifiers', 'name'],
      properties: { identifiers: { type: 'array', minItems: 1, items: { type: 'string' } }, name: { type: 'string' } },
    },
    origin: {
      type: 'object',
      required: ['name', 'sw_version'],
      properties: { name: { type: 'string' }, sw_version: { type: 'string' } },
    },
    components: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['platform'],
        properties: {
          platform: { type: 'string', enum: ['binary_sensor', 'button', 'event', 'notify', 'sensor'] },
          unique_id: { type: 'string', minLength: 1 },
        },
      },
    },
  },
} as const;
