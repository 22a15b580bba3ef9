/// The answers of those that stand between a client and the platform, as they look.
enum Dresses {
    /// 503 as five of them say it; none says whether the platform had the request.
    static let unavailable: [OneDialTests.Fault] = [
        OneDialTests.Fault(
            "503 of Varnish",
            .answer(
                "503 Backend fetch failed",
                """
                <?xml version="1.0" encoding="utf-8"?><html><head><title>503 Backend fetch failed</title></head>
                <body><h1>Error 503 Backend fetch failed</h1><p>Guru Meditation:</p><p>XID: 32770</p></body></html>
                """,
                headers: ["Server: Varnish", "Retry-After: 5", "X-Varnish: 32770"]
            )
        ),
        OneDialTests.Fault(
            "503 of nginx",
            .answer(
                "503 Service Temporarily Unavailable",
                "<html><head><title>503 Service Temporarily Unavailable</title></head><hr><center>nginx</center></html>",
                headers: ["Server: nginx", "Retry-After: 1"]
            )
        ),
        OneDialTests.Fault(
            "503 of HAProxy, without Retry-After",
            .sendAndClose(
                "HTTP/1.0 503 Service Unavailable\r\nCache-Control: no-cache\r\nConnection: close\r\n"
                    + "Content-Type: text/html\r\n\r\n<html><body><h1>503 Service Unavailable</h1></body></html>\n"
            )
        ),
        OneDialTests.Fault(
            "503 of Cloudflare, in JSON",
            .answer(
                "503 Service Unavailable",
                #"{"success":false,"errors":[{"code":1200,"message":"retry"}],"retryable":true}"#,
                headers: ["Server: cloudflare", "CF-RAY: 1-DEL", "Retry-After: 2"]
            )
        ),
        OneDialTests.Fault(
            "503 without a body, Retry-After a date",
            .answer("503 Service Unavailable", "", headers: ["Retry-After: Fri, 15 Jan 2027 08:00:03 GMT"])
        ),
    ]

    /// A request that somebody gave up waiting for.
    static let gaveUp: [OneDialTests.Fault] = [
        OneDialTests.Fault(
            "408 of a server whose own time ran out",
            .answer("408 Request Timeout", #"{"error":"timeout"}"#, headers: ["Retry-After: 1"])
        ),
        OneDialTests.Fault(
            "408 with nothing",
            .sendAndClose("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
        ),
        OneDialTests.Fault("499", .answer("499 Client Closed Request", "", headers: ["Retry-After: 1"])),
    ]

    /// `Retry-After` as nobody should send it, with a 503.
    static let oddWaits: [OneDialTests.Fault] = RetryAfterTests.unreadable.map { text in
        OneDialTests.Fault(
            "503 and Retry-After: \(text)",
            .answer("503 Service Unavailable", headers: ["Retry-After: \(text)"])
        )
    }

    /// Answers of the platform that nobody can unpack.
    static let unreadable: [OneDialTests.Fault] = [
        OneDialTests.Fault(
            "200 in br",
            .sendBytes(answer("200 OK", coding: "br", [0x0B, 0x01, 0x80, 0x7B, 0x7D, 0x03]))
        ),
        OneDialTests.Fault("200 in zstd", .sendBytes(answer("200 OK", coding: "zstd", [0x28, 0xB5, 0x2F, 0xFD]))),
        OneDialTests.Fault("200 that says br and is bare", .sendBytes(answer("200 OK", coding: "br", accepted))),
        OneDialTests.Fault("200 that says gzip and is bare", .sendBytes(answer("200 OK", coding: "gzip", accepted))),
        OneDialTests.Fault(
            "200 in half a gzip",
            .sendBytes(answer("200 OK", coding: "gzip", Packed.gzip(accepted).dropLast(12)))
        ),
        OneDialTests.Fault(
            "200 in a gzip with a wrong sum",
            .sendBytes(answer("200 OK", coding: "gzip", Packed.gzip(accepted).dropLast(8) + [1, 2, 3, 4, 43, 0, 0, 0]))
        ),
        OneDialTests.Fault(
            "200 in a gzip with something behind it",
            .sendBytes(answer("200 OK", coding: "gzip", Packed.gzip(accepted) + [0x7B, 0x7D]))
        ),
        OneDialTests.Fault(
            "200 in gzip in gzip",
            .sendBytes(answer("200 OK", coding: "gzip, gzip", Packed.gzip(Packed.gzip(accepted))))
        ),
        OneDialTests.Fault(
            "200 in a gzip without end",
            .sendBytes(answer("200 OK", coding: "gzip", Packed.bomb(unpackingTo: 8 << 20)))
        ),
        OneDialTests.Fault("200 in gzip, and its end is the connection's", .sendBytesAndClose(halfGzip)),
        OneDialTests.Fault("200 that says gzip of its transfer and is bare", .sendBytes(transferCoded)),
    ]

    /// Answers in a coding that can be undone, and byte order marks: the call was taken.
    static let readable: [OneDialTests.Fault] = [
        OneDialTests.Fault("200 in gzip", .sendBytes(answer("200 OK", coding: "gzip", Packed.gzip(accepted)))),
        OneDialTests.Fault("200 in GZIP", .sendBytes(answer("200 OK", coding: "GZIP", Packed.gzip(accepted)))),
        OneDialTests.Fault("200 in deflate", .sendBytes(answer("200 OK", coding: "deflate", Packed.deflate(accepted)))),
        OneDialTests.Fault("200 in identity", .sendBytes(answer("200 OK", coding: "identity", accepted))),
        OneDialTests.Fault("200 with a byte order mark", .answer("200 OK", "\u{FEFF}" + OneDialTests.accepted)),
        OneDialTests.Fault(
            "200 in gzip with a byte order mark",
            .sendBytes(answer("200 OK", coding: "gzip", Packed.gzip(Array("\u{FEFF}\(OneDialTests.accepted)".utf8))))
        ),
    ]

    static let accepted = Array(OneDialTests.accepted.utf8)

    static func answer(_ status: String, coding: String, _ body: some Collection<UInt8>) -> [UInt8] {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Encoding: \(coding)\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }

    private static let transferCoded =
        Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".utf8)
        + Array("\(String(accepted.count, radix: 16))\r\n".utf8) + accepted + Array("\r\n0\r\n\r\n".utf8)

    private static let halfGzip =
        Array("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n".utf8)
        + Packed.gzip(accepted).dropLast(6)
}
