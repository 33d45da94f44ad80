import { request } from 'node:http';
import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  Header,
  Inject,
  Injectable,
  Module,
  Post,
  Scope,
  Sse,
  StreamableFile,
  UploadedFile,
  UseGuards,
  UseInterceptors,
  Version,
  VERSION_NEUTRAL,
  type ExecutionContext,
  type MessageEvent,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { of, type Observable } from 'rxjs';
import { RequireVerification, Verified, VerificationGuard, type CheckifyVerdict } from 'nestjs-verification';

/** How often a handler ran. */
export const ran = { times: 0 };

function answer({ requestId }: CheckifyVerdict, from: string): object {
  ran.times++;
  return { from, requestId };
}

@Controller({ path: 'versions', version: ['1', '2'] })
@UseGuards(VerificationGuard)
export class VersionedController {
  @Get()
  @Version('1')
  @RequireVerification('checkify')
  first(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, 'first');
  }

  @Get()
  @Version('2')
  @RequireVerification('checkify', { claims: ['age_over_18'] })
  second(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, 'second');
  }
}

@Controller({ path: 'hosted', host: 'shop.example', version: VERSION_NEUTRAL })
@UseGuards(VerificationGuard)
export class HostedController {
  @Get()
  @RequireVerification('checkify')
  read(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, 'hosted');
  }
}

@Injectable({ scope: Scope.REQUEST })
export class PerRequest {
  readonly greeting = 'hello';
}

@Controller({ path: 'per-request', version: VERSION_NEUTRAL })
@UseGuards(VerificationGuard)
export class PerRequestController {
  constructor(@Inject(PerRequest) private readonly perRequest: PerRequest) {}

  @Get()
  @RequireVerification('checkify')
  read(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, this.perRequest.greeting);
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
export class PerTenant {
  readonly greeting = 'tenant';
}

@Controller({ path: 'durable', version: VERSION_NEUTRAL })
@UseGuards(VerificationGuard)
export class DurableController {
  constructor(@Inject(PerTenant) private readonly perTenant: PerTenant) {}

  @Get()
  @RequireVerification('checkify')
  read(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, this.perTenant.greeting);
  }
}

@Controller({ path: 'streams', version: VERSION_NEUTRAL })
@UseGuards(VerificationGuard)
export class StreamController {
  @Sse('events')
  @RequireVerification('checkify')
  events(@Verified() verified: CheckifyVerdict): Observable<MessageEvent> {
    return of({ data: answer(verified, 'events') });
  }

  @Get('file')
  @Header('content-type', 'text/plain')
  @RequireVerification('checkify')
  file(@Verified() verified: CheckifyVerdict): StreamableFile {
    return new StreamableFile(Readable.from([JSON.stringify(answer(verified, 'file'))]));
  }
}

@Controller({ version: VERSION_NEUTRAL })
@UseGuards(VerificationGuard)
export class RoutedController {
  @Get('routed')
  @RequireVerification('checkify')
  read(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, 'routed');
  }
}

@Module({ controllers: [RoutedController] })
export class RoutedModule {}

const fromHeader = (context: ExecutionContext): { requestId: string | undefined } => ({
  requestId: context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers[
    'x-checkify-token'
  ],
});

@Controller('upload')
@UseGuards(VerificationGuard)
export class UploadController {
  @Post('field')
  @UseInterceptors(FileInterceptor('file'))
  @RequireVerification('checkify')
  field(@Verified() verified: CheckifyVerdict): object {
    return answer(verified, 'field');
  }

  @Post('header')
  @UseInterceptors(FileInterceptor('file'))
  @RequireVerification('checkify', { evidence: fromHeader })
  header(@UploadedFile() file: { size: number }, @Verified() verified: CheckifyVerdict): object {
    return { ...answer(verified, 'header'), size: file.size };
  }
}

/** A GET with headers that `fetch` would not let through, such as `host`. */
export function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
