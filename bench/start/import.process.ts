// Everything of Nest and its companions that an application with this library has loaded without it, too.
await Promise.all(
  ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', '@nestjs/config', '@nestjs/axios'].map(
    name => import(name),
  ),
);
await import('class-validator');
const { user, system } = process.cpuUsage();
const since = performance.now();
if (process.argv[2] === 'library') await import('nestjs-verification');
const usage = process.cpuUsage({ user, system });
process.send?.({ cpuMicros: usage.user + usage.system, answeredMs: performance.now() - since });
