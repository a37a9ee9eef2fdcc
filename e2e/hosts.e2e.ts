import type { Page } from '@playwright/test'

import { BallastServer } from './support/ballast-server.ts'
import { domainRow, expect, signIn, test } from './support/test.ts'

async function openDialog(page: Page, url: string, uri: string) {
  await page.goto(`${url}/settings/hosts`)
  await page.getByRole('button', { name: 'Add a host' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a host' })
  await dialog.getByLabel('libvirt URI').fill(uri)
  return dialog
}

test('an unknown host key waits for an admin, who sees its fingerprint', async ({
  page,
  lab,
}) => {
  const ballast = await BallastServer.start()
  try {
    await signIn(page, ballast, 'admin')
    const alpha = lab.host('alpha')
    const uri = alpha.uri.replace(/&known_hosts=.*/, '')
    const dialog = await openDialog(page, ballast.url, uri)
    await dialog.getByRole('button', { name: 'Test the connection' }).click()
    const fingerprint = (
      await alpha.exec('ssh-keygen', '-l', '-f', '/etc/ssh/ssh_host_ed25519_key.pub')
    ).split(' ')[1]!
    await expect(dialog.getByText(fingerprint).first()).toBeVisible({ timeout: 20_000 })
    await dialog.getByRole('button', { name: 'Accept this key' }).first().click()
    await page
      .getByRole('dialog', { name: 'Trust this host key?' })
      .getByRole('button', { name: 'The fingerprint is right: trust it' })
      .click()
    await expect(dialog.getByText('The connection works')).toBeVisible({ timeout: 20_000 })
    await dialog.getByRole('button', { name: 'Add a host' }).click()
    await expect(page.getByText('Online').first()).toBeVisible({ timeout: 20_000 })
    await page.goto(ballast.url)
    await expect(domainRow(page, 'web1')).toBeVisible()
  } finally {
    await ballast.stop()
  }
})

test('each way in that fails is told apart, and the others stay live', async ({ lab }) => {
  const alpha = lab.host('alpha')
  const at = (change: (uri: string) => string) => change(alpha.uri)
  const ballast = await BallastServer.start({
    hosts: {
      good: alpha.uri,
      'unknown-key': at((uri) => uri.replace(/&known_hosts=.*/, '')),
      denied: at((uri) => uri.replace('root@', 'nobody-here@')),
      'no-permission': alpha.deniedUri,
      'connection-refused': at((uri) => uri.replace(alpha.address, `${alpha.address}:2`)),
      unresolved: at((uri) => uri.replace(alpha.address, 'no-such-host.invalid')),
    },
  })
  try {
    const cookie = await ballast.login('admin')
    const states = async () => {
      const { hosts } = await (await ballast.api(cookie, 'GET', '/hosts')).json()
      return Object.fromEntries(
        hosts.map(
          (host: { host: string; state: string; failure: { kind: string } | null }) => [
            host.host,
            `${host.state} ${host.failure?.kind ?? ''}`.trim(),
          ],
        ),
      )
    }
    await expect.poll(states, { timeout: 30_000 }).toEqual({
      good: 'online',
      'unknown-key': 'refused unknown-key',
      denied: 'refused denied',
      'no-permission': 'refused no-permission',
      'connection-refused': 'offline connection-refused',
      unresolved: 'offline unresolved',
    })
  } finally {
    await ballast.stop()
  }
})

test('a host is renamed and removed while Ballast runs; its domains go with it', async ({
  page,
  lab,
}) => {
  const ballast = await BallastServer.start({
    hosts: { alpha: lab.host('alpha').uri, beta: lab.host('beta').uri },
  })
  try {
    await signIn(page, ballast, 'admin')
    await page.goto(ballast.url)
    const row = (name: string) => domainRow(page, name)
    await expect(row('app1')).toBeVisible()
    const cookie = await ballast.login('admin')
    await ballast.api(cookie, 'PATCH', '/hosts/alpha', { name: 'Alpha of the lab' })
    await expect(page.getByText('Alpha of the lab').first()).toBeVisible()
    await ballast.api(cookie, 'DELETE', '/hosts/beta')
    await expect(row('app1')).toHaveCount(0)
    await expect(row('web1')).toBeVisible()
    expect((await lab.host('beta').virsh('domstate', 'app1')).trim()).toBe('running')
  } finally {
    await ballast.stop()
  }
})
