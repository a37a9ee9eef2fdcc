/**
 * A loader for the two files with which zod writes JSON Schema: 17 kB that every page would load, though
 * only the server writes any (the OpenAPI document). In the browser each of their functions refuses.
 *
 * @param {string} source
 */
module.exports = function withoutJsonSchema(source) {
  const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(
    ([, name]) => name,
  )
  return [
    "const refuse = () => { throw new Error('JSON Schema is written by the server only') }",
    // The makers of methods are called for each schema, their methods are not.
    ...names.map((name) =>
      name.startsWith('create')
        ? `export const ${name} = () => refuse`
        : `export const ${name} = refuse`,
    ),
  ].join('\n')
}
