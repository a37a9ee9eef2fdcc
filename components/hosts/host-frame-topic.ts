/** What the head of a host's pages follows, for the server that renders it and the browser alike. */
export const hostFrameTopic = (host: string) =>
  ({ name: 'host', host, windowSeconds: 10 }) as const
