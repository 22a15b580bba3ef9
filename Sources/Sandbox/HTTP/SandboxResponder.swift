import Hummingbird
import Logging
import NIOCore
import Piopiy
import ServiceLifecycle

/// A request's surroundings: the connection is kept, for the number that wants it closed.
struct SandboxContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Turns HTTP into questions to the ``World`` and its replies into HTTP.
struct SandboxResponder: HTTPResponder {
    typealias Context = SandboxContext

    let world: World
    let directory: WebhookDirectory
    /// `nil`: any bearer token that is not empty.
    let token: String?
    /// `nil`: any app's secret that is not empty.
    var appSecret: String?
    let gate: LoopbackGate

    /// The longest request body that is read.
    static let bodyLimit = 1 << 20

    func respond(to request: Request, context: SandboxContext) async throws -> Response {
        let headers = request.headers
        if let refusal = gate.refusal(authority: request.head.authority, origin: headers[.origin]) {
            return Self.response(refusal)
        }
        let path = request.uri.path
        guard Route.isPlatform(path) else {
            return Self.response(await own(path, method: request.method.rawValue))
        }
        let number = await world.logRequest(method: request.method.rawValue, path: path)
        var reply = await platform(request, path: path, number: number)
        if case .late(let delay, let then) = reply {
            // A sandbox that shuts down does not wait for its slowest answer.
            do { try await cancelWhenGracefulShutdown { try await world.pause(delay) } } catch { reply = .closed }
            if case .late = reply { reply = context.channel.isActive ? then : .closed }
        }
        switch reply {
        case .closed, .late:
            try? await context.channel.close()
            // The connection is gone: this goes nowhere.
            return Response(status: .noContent)
        case .json(let status, _, _), .html(let status, _, _):
            await world.logStatus(status, of: number)
            return Self.response(reply)
        case .file(let file):
            await world.logStatus(file.start > 0 ? 206 : 200, of: number)
            return Self.response(file, context.channel)
        }
    }

    /// Paths under `/v3`.
    private func platform(_ request: Request, path: String, number: Int) async -> Reply {
        let body: [UInt8]
        do {
            body = [UInt8](buffer: try await request.body.collect(upTo: Self.bodyLimit))
        } catch is NIOTooManyBytesError {
            return .error(413, "body_too_large", "A body may have at most \(Self.bodyLimit) bytes.")
        } catch {
            return .error(400, "invalid_request", "The body could not be read.")
        }
        // Whatever the path: a token that is sent to a wrong one is a token all the same.
        await world.logBody(Self.withoutSecrets(body, path: path), of: number)
        guard let route = Route(path: path) else { return Self.unknownPath }
        guard request.method.rawValue == route.method else { return Self.wrongMethod(route) }
        guard route.hasSecretInBody || isAuthorized(request.headers[.authorization]) else {
            return .error(401, "unauthorized", "The Authorization header must be “Bearer” and a valid token.")
        }
        switch route {
        case .placeCall:
            return await read(body, as: AICall.init(json:)) { await world.place(CallOrder($0)) }
        case .placePCMOCall:
            return await read(body, as: PCMOCall.init(json:)) { await world.place(CallOrder($0)) }
        case .placeFlowCall:
            return await read(body, as: FlowCall.init(json:)) { await world.place(CallOrder($0)) }
        case .hangUp:
            return await read(body, as: HangUp.init(json:)) { await world.hangUp($0) }
        case .pipelineTransfer:
            return await read(body, as: PipelineTransfer.init(json:)) {
                await world.transfer($0.callID.text, TransferOrder($0.pipeline))
            }
        case .callStatus(let id):
            return await world.status(id)
        case .callHangUp(let id):
            return await read(
                body,
                as: { json throws(ValidationError) in try CallHangUp(callID: CallID(id), json: json) }
            ) { await world.hangUp($0) }
        case .callTransfer(let id):
            return await transfer(body, CallID(id))
        case .transferStatus(let id):
            return await world.transferStatus(id)
        case .agents:
            return .json(status: 200, .array(SandboxServer.agents.map(\.json)))
        case .addWebhook:
            return await read(body, as: WebhookRegistration.init(json:)) {
                let reply = await directory.add($0)
                if case .json(200, _, _) = reply { await world.noteReceiver() }
                return reply
            }
        case .records:
            return await read(body, as: CDRQuery.init(json:)) { await world.records($0) }
        case .recording(let name):
            return await world.recording(name, from: Self.start(request.headers[.range]))
        case .message: return await message(body)
        case .messageLogin: return await login(body)
        case .callsUp:
            return await lookUp(body, "secret", refusal: Reply.code(407, "authentication failed")) { app, _ in
                await world.callsUp(of: app)
            }
        case .balance: return await lookUp(body, "token") { _, _ in World.balance }
        case .recordsOfRequest:
            return await lookUp(body, "secret") { app, json in
                await world.records(ofRequest: json["request_id"]?.looseText ?? "", app)
            }
        case .recordOfCall:
            return await lookUp(body, "secret") { app, json in
                await world.record(ofCall: json["cmiuuid"]?.looseText ?? "", app)
            }
        case .heldCalls, .heldTransfers, .heldMessages, .requestLog:
            return Self.unknownPath
        }
    }

    /// A body with a pipeline is a blind transfer, any other a warm one.
    private func transfer(_ body: [UInt8], _ id: CallID) async -> Reply {
        if let json = try? JSONValue(parsing: body), json["pipeline"] != nil {
            return await read(body, as: { json throws(ValidationError) in try BlindTransfer(callID: id, json: json) }) {
                await world.transfer(id.text, TransferOrder($0.pipeline))
            }
        }
        return await read(body, as: { json throws(ValidationError) in try WarmTransfer(callID: id, json: json) }) {
            await world.transfer(id.text, TransferOrder($0))
        }
    }

    /// A message has a user's token in its body, as a login gave it; the account's token is not good for it.
    private func message(_ body: [UInt8]) async -> Reply {
        guard let json = try? JSONValue(parsing: body) else { return .code(400, "parameter missing", field: "body") }
        guard let given = json["token"]?.string, await world.isMessagingToken(given) else {
            return .code(404, "invalid token")
        }
        do throws(ValidationError) {
            return await world.send(try TextMessage(json: json))
        } catch {
            return .code(400, "parameter missing", field: error.field)
        }
    }

    /// Any user id and password that are not empty, but for the password `wrong`.
    private func login(_ body: [UInt8]) async -> Reply {
        guard let json = try? JSONValue(parsing: body), let user = json["id"]?.looseText, !user.isEmpty,
            let password = json["password"]?.string, !password.isEmpty
        else { return .code(400, "parameter missing") }
        if password == "wrong" { return .code(404, "invalid user id or password") }
        return await world.logIn(user)
    }

    /// Something that an app's id and secret let ask. A wrong secret is answered like a call that nobody knows.
    /// - Parameter key: where the secret is in the body.
    private func lookUp(
        _ body: [UInt8],
        _ key: String,
        refusal: Reply = .code(404, "not found"),
        _ answer: (_ app: String, _ json: JSONValue) async -> Reply
    ) async -> Reply {
        guard let json = try? JSONValue(parsing: body), let app = json["appid"]?.looseText, !app.isEmpty,
            let given = json[key]?.string, !given.isEmpty, appSecret.map({ $0 == given }) ?? true
        else { return refusal }
        return await answer(app, json)
    }

    /// A body as it may be shown: without its secrets, and of an address to which webhooks go only the host, because
    /// the rest is all that protects it.
    private static func withoutSecrets(_ body: [UInt8], path: String) -> [UInt8] {
        let route = Route(path: path)
        let hasSecret = route?.hasSecretInBody ?? false
        let isWebhook = path.split(separator: "/").first == "webhook"
        let json = try? JSONValue(parsing: body)
        guard var members = json?.object else {
            // What is no object is not kept where a secret is expected in it.
            return hasSecret || isWebhook ? [] : body
        }
        let names = ["token", "password", "secret"]
        if hasSecret {
            let shown = ["to", "text", "id", "appid", "request_id", "cmiuuid"] + names
            members = members.filter { shown.contains($0.key) && $0.value.object == nil && $0.value.array == nil }
        }
        guard hasSecret || isWebhook || names.contains(where: { members[$0] != nil }) else { return body }
        for name in names where members[name] != nil { members[name] = "•••••" }
        if isWebhook, let url = members["url"] { members["url"] = .string(hostAlone(url.string ?? "")) }
        return (try? JSONValue.object(members).serialized()).map { [UInt8]($0) } ?? []
    }

    /// Of `http://127.0.0.1:8787/hooks/SECRET` the `http://127.0.0.1:8787/•••••`.
    private static func hostAlone(_ url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty else { return "•••••" }
        let host = parts[2].split(separator: "@").last ?? ""
        return "\(parts[0])//\(host.prefix { $0 != "?" && $0 != "#" })/•••••"
    }

    /// Of `bytes=500-` the 500; anything else asks for all of it.
    private static func start(_ range: String?) -> Int? {
        guard let range, range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        let digits = range.dropFirst(6).dropLast()
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }

    /// Paths of the sandbox's own.
    private func own(_ path: String, method: String) async -> Reply {
        guard let route = Route(path: path) else { return Self.unknownPath }
        guard method == route.method else { return Self.wrongMethod(route) }
        switch route {
        case .heldCalls: return .json(status: 200, await world.calls)
        case .heldTransfers: return .json(status: 200, await world.transferList)
        case .heldMessages: return .json(status: 200, await world.messageList)
        case .requestLog: return .json(status: 200, await world.requests)
        default: return Self.unknownPath
        }
    }

    private func read<Value>(
        _ body: [UInt8],
        as read: (JSONValue) throws(ValidationError) -> Value,
        then: (Value) async -> Reply
    ) async -> Reply {
        guard let json = try? JSONValue(parsing: body) else {
            return .error(400, "invalid_json", field: "body", "The body is not JSON.")
        }
        do throws(ValidationError) {
            return await then(try read(json))
        } catch {
            return .invalid(error)
        }
    }

    private func isAuthorized(_ header: String?) -> Bool {
        guard let header, header.prefix(7).lowercased() == "bearer " else { return false }
        let given = header.dropFirst(7)
        guard let token else { return given.contains { $0 != " " } }
        return given == token
    }

    private static let unknownPath = Reply.error(404, "not_found", "The sandbox does not know this path.")

    private static func wrongMethod(_ route: Route) -> Reply {
        .error(405, "method_not_allowed", "This path accepts only \(route.method).")
    }

    private static func response(_ reply: Reply) -> Response {
        switch reply {
        case .json(let status, let json, let retryAfter):
            var headers: HTTPFields = [.contentType: "application/json"]
            if let retryAfter { headers[.retryAfter] = String(retryAfter) }
            // What is written here was read from JSON or made here, so it can be written.
            let bytes = (try? json.serialized()).map { [UInt8]($0) } ?? []
            return Response(
                status: .init(integerLiteral: status),
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(bytes: bytes))
            )
        case .html(let status, let text, let retryAfter):
            var headers: HTTPFields = [.contentType: "text/html"]
            if let retryAfter { headers[.retryAfter] = String(retryAfter) }
            return Response(
                status: .init(integerLiteral: status),
                headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: text))
            )
        case .closed, .late, .file:
            return Response(status: .noContent)
        }
    }

    private static func response(_ file: Reply.File, _ channel: any Channel) -> Response {
        let part = file.bytes[file.start...]
        var headers: HTTPFields = [
            .contentType: "audio/wav", .acceptRanges: "bytes", .eTag: file.tag, .contentLength: String(part.count),
        ]
        if file.start > 0 { headers[.contentRange] = "bytes \(file.start)-\(file.bytes.count - 1)/\(file.bytes.count)" }
        let body = ResponseBody(contentLength: part.count) { writer in
            if file.breaksOff {
                try await writer.write(ByteBuffer(bytes: part.prefix(part.count / 2)))
                try await channel.close()
            }
            try await writer.write(ByteBuffer(bytes: part))
            try await writer.finish(nil)
        }
        return Response(status: file.start > 0 ? .partialContent : .ok, headers: headers, body: body)
    }
}
