/*
 * The schema, one step at a time. Steps are numbered by their place (the first is 1), kept in
 * `PRAGMA user_version`, and never changed once released: a change is a new step at the end.
 */
export const migrations: readonly string[] = [
  // 1: accounts. The first four tables are those of better-auth, exactly as it would make them
  // itself (a test compares); what is ours in `user` is role, disabled and lastLoginAt.
  `
  create table "user" ("id" text not null primary key, "name" text not null,
    "email" text not null unique, "emailVerified" integer not null, "image" text,
    "createdAt" date not null, "updatedAt" date not null, "username" text unique,
    "role" text not null, "disabled" integer not null, "lastLoginAt" date);
  create table "session" ("id" text not null primary key, "expiresAt" date not null,
    "token" text not null unique, "createdAt" date not null, "updatedAt" date not null,
    "ipAddress" text, "userAgent" text,
    "userId" text not null references "user" ("id") on delete cascade);
  create table "account" ("id" text not null primary key, "accountId" text not null,
    "providerId" text not null,
    "userId" text not null references "user" ("id") on delete cascade,
    "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date,
    "refreshTokenExpiresAt" date, "scope" text, "password" text,
    "createdAt" date not null, "updatedAt" date not null);
  create table "verification" ("id" text not null primary key, "identifier" text not null,
    "value" text not null, "expiresAt" date not null, "createdAt" date not null,
    "updatedAt" date not null);
  create index "session_userId_idx" on "session" ("userId");
  create index "account_userId_idx" on "account" ("userId");
  create index "verification_identifier_idx" on "verification" ("identifier");

  create table api_token (
    id text primary key,
    user_id text references "user" ("id") on delete cascade,
    name text not null,
    role text not null,
    hash text not null unique,
    created_ms integer not null,
    expires_ms integer,
    used_ms integer
  ) strict;
  create index api_token_user on api_token (user_id);
  create table setup_token (hash text primary key, created_ms integer not null) strict;
  `,
  // 2: who did what. Triggers keep it append-only whatever code comes later.
  `
  create table audit (
    id integer primary key autoincrement,
    at_ms integer not null,
    who text not null,
    address text,
    action text not null,
    host text,
    domain_uuid text,
    domain_name text,
    command text,
    outcome text not null,
    detail text
  ) strict;
  create index audit_host on audit (host, id);
  create index audit_domain on audit (domain_uuid, id);
  create trigger audit_no_update before update on audit
    begin select raise(abort, 'the audit log is append-only'); end;
  create trigger audit_no_delete before delete on audit
    begin select raise(abort, 'the audit log is append-only'); end;
  `,
  // 3: the hosts, and the newest memory change of each domain.
  `
  create table host (
    host text primary key,
    name text not null,
    uri text not null,
    stats_period_seconds integer not null,
    created_ms integer not null
  ) strict;
  create table resize (
    host text not null,
    uuid text not null,
    resize text not null,
    primary key (host, uuid)
  ) strict, without rowid;
  `,
  // Jobs and their logs. Parts of a job go with it.
  `
  create table job (
    id integer primary key autoincrement,
    parent integer references job (id) on delete cascade,
    summary text not null,
    body text not null
  ) strict;
  create index job_parent on job (parent);
  create table job_log (
    job integer not null references job (id) on delete cascade,
    seq integer not null,
    at_ms integer not null,
    level text not null,
    text text not null,
    primary key (job, seq)
  ) strict, without rowid;
  `,
  // What was expected of moves, and what came.
  `
  create table forecast_run (
    id text primary key,
    started_ms integer not null,
    source text not null,
    target text not null,
    uuid text not null,
    run text not null
  ) strict, without rowid;
  create index forecast_run_started on forecast_run (started_ms);
  `,
  // Memory policies: settings, what each domain had before, and what the policies did.
  `
  create table memory_policy (host text primary key, settings text not null) strict;
  create table memory_policy_domain (
    host text not null,
    uuid text not null,
    settings text,
    baseline_kib integer,
    primary key (host, uuid)
  ) strict, without rowid;
  create table memory_policy_step (
    id integer primary key autoincrement,
    host text not null,
    step text not null
  ) strict;
  create index memory_policy_step_host on memory_policy_step (host, id);
  `,
  // virt-install lines that people keep. A person's go with the account.
  `
  create table create_preset (
    id text primary key,
    user_id text not null,
    name text not null,
    line text not null,
    created_ms integer not null,
    unique (user_id, name)
  ) strict;
  `,
  // The newest change of what each domain starts with.
  `
  create table config_change (
    host text not null,
    uuid text not null,
    config_change text not null,
    primary key (host, uuid)
  ) strict, without rowid;
  `,
  // The newest measurement of the link from one host to another.
  `
  create table link_probe (
    source text not null,
    target text not null,
    probe text not null,
    primary key (source, target)
  ) strict, without rowid;
  create index forecast_run_uuid on forecast_run (uuid, started_ms);
  `,
]
