export interface ServerTest {
  readonly isGood: boolean;
  readonly ms: number;
  /** What the phone said, where there was no answer. */
  readonly why: string;
}

const TEST_TIMEOUT_MS = 8000;

/** Asks a server whether it is there, and ready. */
export function testServer(server: string): Promise<ServerTest> {
  const began = Date.now();
  return new Promise((resolve) => {
    wx.request({
      url: `${server.replace(/^ws/, 'http')}/health/ready`,
      timeout: TEST_TIMEOUT_MS,
      success: ({ statusCode }) => {
        resolve({ isGood: statusCode === 200, ms: Date.now() - began, why: `HTTP ${statusCode}` });
      },
      fail: ({ errMsg }) => resolve({ isGood: false, ms: 0, why: errMsg.replace(/^request:fail ?/, '') }),
    });
  });
}
