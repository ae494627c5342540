import { All, Controller, Header, HttpException } from '@nestjs/common';

const UPGRADE_REQUIRED = 426;

/** Plain HTTP where a WebSocket is expected [MP-1.1]. */
@Controller('websocket')
export class WebSocketPathController {
  @All(['', '*'])
  @Header('upgrade', 'websocket')
  upgradeRequired(): never {
    throw new HttpException(
      {
        statusCode: UPGRADE_REQUIRED,
        error: 'Upgrade Required',
        message: 'this path is for WebSockets; expected a request with Upgrade: websocket',
      },
      UPGRADE_REQUIRED,
    );
  }
}
