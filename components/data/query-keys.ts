interface DomainRef {
  host: string
  uuid: string
}

/** Every key of the query cache. They begin with the entity, so that one name reaches all of it. */
export const queryKeys = {
  live: () => ['live'] as const,
  /** By topicKey(). */
  topic: (key: string) => ['live', key] as const,
  domainXml: ({ host, uuid }: DomainRef, inactive: boolean) =>
    ['domain', host, uuid, 'xml', { inactive }] as const,
  qmpSchema: ({ host, uuid }: DomainRef) => ['domain', host, uuid, 'qmp-schema'] as const,
}
