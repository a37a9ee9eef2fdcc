/*
 * The lab guest's agent: answers on a serial line and makes memory traffic.
 * No libc, so that the committed binary is tiny and needs no compiler on a new machine.
 *
 *   agent TTY fill dirty wset wave period cache busy
 *
 * Requests are lines `ID WORD [numbers]`; each answer is `BEGIN ID`, lines, `END ID`:
 *   meminfo                 the guest's own /proc/meminfo
 *   set f d w v p c b       fill MiB, dirty MiB/s, working set MiB, wave MiB, wave period s, cache MiB, busy
 *   status                  the settings, what is reached, pages dirtied so far, worker restarts
 *
 * Two processes: the parent talks and is exempt from the OOM killer, the worker holds the memory.
 * Rebuild: gcc -Os -static -nostdlib -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
 *   -fno-tree-loop-distribute-patterns -fcf-protection=none -Wl,-z,norelro,--build-id=none,-N -s -o agent agent.c && base64 -w 76 agent > agent.b64
 */
typedef unsigned long u64;
typedef long i64;

#define PAGE 4096UL
#define PAGES_PER_MIB 256UL
#define AREA (64UL << 30)

static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 r;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return r;
}
#define S1(n, a) sys(n, (i64)(a), 0, 0, 0, 0, 0)
#define S2(n, a, b) sys(n, (i64)(a), (i64)(b), 0, 0, 0, 0)
#define S3(n, a, b, c) sys(n, (i64)(a), (i64)(b), (i64)(c), 0, 0, 0)
#define S4(n, a, b, c, d) sys(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)
enum { READ = 0, WRITE = 1, OPEN = 2, CLOSE = 3, POLL = 7, MMAP = 9, PREAD = 17, PIPE = 22, MADVISE = 28,
       FORK = 57, EXIT = 60, WAIT4 = 61, PRCTL = 157, CLOCK = 228 };

enum { FILL, DIRTY, WSET, WAVE, PERIOD, CACHE, BUSY, NSET };
struct shared {
  volatile u64 set[NSET];
  volatile u64 filled, worked, dirtied, restarts;
};
static struct shared *sh;
static char buf[8192], line[256], io[65536];
static int tty, wake[2];
static i64 worker = -1;

static i64 now_ms(void) {
  i64 ts[2];
  S2(CLOCK, 1, ts);
  return ts[0] * 1000 + ts[1] / 1000000;
}
static u64 len(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}
static void put(const char *s, u64 n) {
  while (n) {
    i64 k = S3(WRITE, tty, s, n);
    if (k <= 0) return;
    s += k;
    n -= k;
  }
}
static void say(const char *s) { put(s, len(s)); }
static void say_num(const char *name, u64 v) {
  char t[24];
  int i = 24;
  t[--i] = '\n';
  do t[--i] = '0' + v % 10; while (v /= 10);
  say(name);
  say(" ");
  put(t + i, 24 - i);
}
static u64 num(char **p) {
  u64 v = 0;
  while (**p == ' ') ++*p;
  while (**p >= '0' && **p <= '9') v = v * 10 + (u64)(*(*p)++ - '0');
  return v;
}
static void file_put(const char *path, const char *text) {
  i64 fd = S2(OPEN, path, 1);
  if (fd < 0) return;
  S3(WRITE, fd, text, len(text));
  S1(CLOSE, fd);
}
static char *area(void) { return (char *)sys(MMAP, 0, AREA, 3, 0x4022, -1, 0); /* private, anonymous, noreserve */ }

/* Makes `have` pages into `want`; at most 8 MiB per call, so that new settings are seen soon. */
static u64 resize(char *base, u64 have, u64 want) {
  if (want < have) {
    S3(MADVISE, base + want * PAGE, (have - want) * PAGE, 4);
    return want;
  }
  u64 end = want - have > 2048 ? have + 2048 : want;
  /* Not compressible to a zero page, and different from page to page. */
  for (; have < end; have++) *(volatile u64 *)(base + have * PAGE) = have * 0x9e3779b97f4a7c15UL + 1;
  return have;
}

/* The file stays open: the kernel drops a block device's cache when its last user closes it. */
static void read_cache(u64 mib) {
  static i64 fd = -1;
  if (fd >= 0) S1(CLOSE, fd);
  fd = mib ? S2(OPEN, "/dev/vda", 0) : -1;
  if (fd < 0) return;
  for (u64 off = 0; off < mib << 20; off += sizeof io)
    if (S4(PREAD, fd, io, sizeof io, off) <= 0) break;
}

static void work(void) {
  char *fill = area(), *wset = area(), c[64];
  u64 nfill = 0, nwset = 0, at = 0, cache = 0, owed_ms_pages = 0, stamp = 1;
  i64 last = now_ms();
  file_put("/proc/self/oom_score_adj", "900");
  S2(PRCTL, 1, 9); /* dies with the agent */
  for (;;) {
    u64 want = sh->set[FILL] * PAGES_PER_MIB, wave = sh->set[WAVE] * PAGES_PER_MIB, rate = sh->set[DIRTY] * PAGES_PER_MIB;
    u64 wwant = sh->set[WSET] * PAGES_PER_MIB;
    int more = 0;
    i64 now = now_ms(), wait = -1;
    if (wave) {
      u64 period = sh->set[PERIOD] * 1000;
      if (period < 1000) period = 1000;
      u64 t = (u64)now % period * 2000 / period;
      want += wave * (t < 1000 ? t : 2000 - t) / 1000;
      wait = 1000;
    }
    nfill = resize(fill, nfill, want);
    nwset = resize(wset, nwset, wwant);
    more = nfill != want || nwset != wwant;
    sh->filled = nfill;
    sh->worked = nwset;
    if (cache != sh->set[CACHE]) read_cache(cache = sh->set[CACHE]);
    if (rate && nwset) {
      i64 past = now - last;
      /* A pause of the guest is not made up for; by a busy one neither is any sleep of its vCPU. */
      i64 most = sh->set[BUSY] ? 4 : 1000;
      if (past > most) past = most;
      owed_ms_pages += rate * (u64)past;
      u64 n = owed_ms_pages / 1000;
      owed_ms_pages %= 1000;
      stamp++;
      for (u64 i = 0; i < n; i++) {
        *(volatile u64 *)(wset + at * PAGE) = stamp;
        if (++at >= nwset) at = 0;
      }
      sh->dirtied += n;
      wait = 50;
    }
    last = now;
    if (more || sh->set[BUSY]) wait = 0;
    struct { int fd; short events, revents; } p = {wake[0], 1, 0};
    if (S3(POLL, &p, 1, wait) > 0 && (p.revents & 1)) S3(READ, wake[0], c, sizeof c);
  }
}

static void start_worker(void) {
  i64 pid = S1(FORK, 0);
  if (pid == 0) work();
  worker = pid;
}
/* A worker that the OOM killer took comes back with nothing to hold. */
static void mind_worker(void) {
  int status;
  if (S4(WAIT4, worker, &status, 1, 0) == worker) {
    for (int i = 0; i < NSET; i++) sh->set[i] = 0;
    sh->filled = sh->worked = 0;
    sh->restarts++;
    start_worker();
  }
}

static void answer(char *p) {
  char *id = p;
  while (*p && *p != ' ') p++;
  if (*p != ' ' || p == id) return;
  *p++ = 0;
  mind_worker();
  say("BEGIN ");
  say(id);
  say("\n");
  if (*p == 'm') {
    i64 fd = S2(OPEN, "/proc/meminfo", 0), n = S3(READ, fd, buf, sizeof buf);
    S1(CLOSE, fd);
    if (n > 0) put(buf, (u64)n);
  } else if (*p == 's' && p[1] == 'e') {
    p += 3;
    for (int i = 0; i < NSET; i++) sh->set[i] = num(&p);
    S3(WRITE, wake[1], "x", 1);
    say("ok\n");
  } else if (*p == 's') {
    static const char *const names[] = {"fill", "dirty", "wset", "wave", "period", "cache", "busy"};
    for (int i = 0; i < NSET; i++) say_num(names[i], sh->set[i]);
    say_num("filledPages", sh->filled);
    say_num("workingSetPages", sh->worked);
    say_num("dirtiedPages", sh->dirtied);
    say_num("restarts", sh->restarts);
  } else say("what?\n");
  say("END ");
  say(id);
  say("\n");
}

__attribute__((used)) void cmain(u64 *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  u64 n = 0;
  if (argc < 2) S1(EXIT, 2);
  sh = (struct shared *)sys(MMAP, 0, PAGE, 3, 0x21, -1, 0);
  for (int i = 0; i < NSET && i + 2 < argc; i++) {
    char *a = argv[i + 2];
    sh->set[i] = num(&a);
  }
  S1(PIPE, wake);
  start_worker();
  file_put("/proc/self/oom_score_adj", "-1000");
  tty = (int)S2(OPEN, argv[1], 2);
  if (tty < 0) S1(EXIT, 3);
  for (;;) {
    char c[64];
    i64 k = S3(READ, tty, c, sizeof c);
    if (k <= 0) S1(EXIT, 4);
    for (i64 i = 0; i < k; i++) {
      if (c[i] == '\n' || c[i] == '\r') {
        line[n] = 0;
        if (n) answer(line);
        n = 0;
      } else if (n < sizeof line - 1) line[n++] = c[i];
    }
  }
}
__asm__(".globl _start\n_start:\n mov %rsp,%rdi\n and $-16,%rsp\n call cmain\n");
