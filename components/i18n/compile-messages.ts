import compile from 'icu-minify/compile'

interface Tree {
  [key: string]: string | Tree
}

/**
 * A catalogue with its ICU messages parsed, which is what use-intl's small formatter takes
 * (`format-message/format-only`, see next.config.mjs): the browser then needs no ICU parser. The type
 * stays that of the catalogue, because use-intl's own types know only that form.
 */
export function compileMessages<M extends Tree>(catalogue: M): M {
  const compiled = (tree: Tree): unknown =>
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [
        key,
        // The clone has plain objects; React hands no others on to the browser.
        typeof value === 'string' ? structuredClone(compile(value)) : compiled(value),
      ]),
    )
  return compiled(catalogue) as M
}
