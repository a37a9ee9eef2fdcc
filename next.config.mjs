/** @type {import('next').NextConfig} */
export default {
  // A second server (development beside tests) keeps its build apart.
  distDir: process.env.BALLAST_NEXT_DIST ?? '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Types are checked by `npm run types`; next would do it a second time.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    rules: {
      '**/zod/v4/core/{to-json-schema,json-schema-processors}.js': {
        condition: 'browser',
        loaders: ['./app/_lib/without-json-schema.cjs'],
      },
    },
    // Messages are compiled on the server (components/i18n/compile-messages.ts): no ICU parser in the browser.
    resolveAlias: {
      'use-intl/format-message': 'use-intl/format-message/format-only',
    },
  },
  experimental: {
    optimizePackageImports: ['lucide-react', 'recharts', '@base-ui/react'],
  },
}
