import type { Host } from './lab/index.ts'
import { domainRow, expect, test } from './support/test.ts'

const count = 1_000

/** Defines, or undefines, a thousand domains by one virsh. */
async function bulk(host: Host, what: 'define' | 'undefine'): Promise<void> {
  const script = `
    set -e
    mkdir -p /tmp/bulk
    for i in $(seq 1 ${count}); do
      name=bulk-$(printf %04d $i)
      if [ ${what} = define ]; then
        echo "<domain type='qemu'><name>$name</name><memory unit='MiB'>$((64 + i))</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os></domain>" > /tmp/bulk/$name.xml
        echo "define /tmp/bulk/$name.xml"
      else
        echo "undefine $name"
      fi
    done > /tmp/bulk/commands
    virsh -q -c qemu:///system < /tmp/bulk/commands > /dev/null`
  await host.exec('bash', '-c', script)
}

test('a thousand more domains appear by themselves, and the table stays quick', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(240_000)
  const gamma = lab.host('gamma')
  const page = await as('viewer')
  await page.goto(ballast.url)
  await expect(domainRow(page, 'web1')).toBeVisible()
  const before = Number(
    (await page.getByText(/^\d+ domains$/).textContent())?.split(' ')[0],
  )
  try {
    await bulk(gamma, 'define')
    await expect(
      page.getByText(`${(before + count).toLocaleString('en')} domains`, { exact: true }),
    ).toBeVisible({ timeout: 60_000 })
    // Only what is in sight is in the page.
    expect(await page.getByRole('row').count()).toBeLessThan(80)

    await domainRow(page, 'app1').focus()
    await page.keyboard.press('End')
    await expect(domainRow(page, 'web1')).toBeVisible()
    await page.keyboard.press('Home')
    await expect(domainRow(page, 'app1')).toBeVisible()

    await page.getByRole('button', { name: /^Maximum/ }).click()
    await expect(domainRow(page, 'bulk-1000')).toBeVisible()
    await page.getByRole('searchbox').fill('bulk-0777')
    await expect(domainRow(page, 'bulk-0777')).toContainText('841 MiB')
    await expect(
      page.getByText(`1 of ${(before + count).toLocaleString('en')} domains`),
    ).toBeVisible()
  } finally {
    await bulk(gamma, 'undefine')
  }
  await page.getByRole('searchbox').fill('')
  await expect(page.getByText(`${before} domains`, { exact: true })).toBeVisible({
    timeout: 60_000,
  })
})
