'use client'

/** When even the root layout fails there is no catalogue and no style sheet: both languages, plain. */
export default function GlobalError({ retry }: { error: Error; retry: () => void }) {
  return (
    <html lang="en">
      <body
        style={{ fontFamily: 'sans-serif', padding: '3rem', colorScheme: 'light dark' }}
      >
        <title>Ballast</title>
        <h1 style={{ fontSize: '1.25rem' }}>Something went wrong · 出现错误</h1>
        <p>The server&apos;s log has the reason. 原因见服务器日志。</p>
        <button type="button" onClick={retry}>
          Try again · 重试
        </button>
      </body>
    </html>
  )
}
