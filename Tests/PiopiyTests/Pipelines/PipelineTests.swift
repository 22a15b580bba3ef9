import Piopiy
import Testing

@Suite("A pipeline is checked, action by action")
struct PipelineTests {
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let other = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    static func error(_ json: JSONValue) -> ValidationError? {
        do throws(ValidationError) {
            _ = try Pipeline(json: json)
            return nil
        } catch {
            return error
        }
    }

    @Test("What is built step by step is what the platform takes")
    func building() throws {
        let pipeline = try PipelineBuilder()
            .record(format: .wav, channels: .dual)
            .play("welcome.wav")
            .param(["order": .text("A-17"), "tries": .integer(3)])
            .playGetInput(
                .say("Press 1 for sales.", language: "en-IN", voiceID: "v1", speed: 1.5),
                input: [.dtmf, .speech],
                onResult: .url("https://example.com/answer"),
                dtmf: DTMFRules(minDigits: 1, maxDigits: 4, finishOnKey: "#", flushBuffer: true),
                retries: InputRetries(max: 2, noInputPrompt: .file("again.wav"))
            )
            .input(onResult: .pcmo(ref: "menu"))
            .connect(
                callerID: "919999999999",
                to: .pstn("918888888888", headers: ["X-Order": "A-17"]),
                .sip("sip:desk@example.com"),
                .agent(Self.agent),
                leg: ConnectLeg(
                    strategy: .simultaneous,
                    options: ConnectOptions(
                        maxDuration: 10,
                        ringTimeout: 120,
                        machineDetection: true,
                        recording: RecordingOptions(enabled: true, format: .mp3),
                        waitingMusic: "music.wav"
                    ),
                    metadata: ["team": "blue"]
                )
            )
            .hangup()
            .build()
        let json: JSONValue = [
            ["action": "record", "format": "wav", "channels": "dual"],
            ["action": "play", "file_name": "welcome.wav"],
            ["action": "param", "data": ["order": "A-17", "tries": 3]],
            [
                "action": "play_get_input",
                "prompt": [
                    "type": "say", "say": "Press 1 for sales.", "language": "en-IN", "voice_id": "v1", "speed": 1.5,
                ],
                "input": ["dtmf", "speech"],
                "on_result": ["type": "url", "url": "https://example.com/answer"],
                "dtmf": ["min_digits": 1, "max_digits": 4, "finish_on_key": "#", "flush_buffer": true],
                "retries": ["max": 2, "no_input_prompt": ["type": "file", "file_name": "again.wav"]],
            ],
            ["action": "input", "on_result": ["type": "pcmo", "ref": "menu"]],
            [
                "action": "connect",
                "params": [
                    "caller_id": "919999999999", "strategy": "simultaneous", "metadata": ["team": "blue"],
                    "options": [
                        "max_duration_sec": 10, "ring_timeout_sec": 120, "machine_detection": true,
                        "recording": ["enabled": true, "format": "mp3"], "waiting_music": "music.wav",
                    ],
                ],
                "endpoints": [
                    ["type": "pstn", "number": "918888888888", "headers": ["X-Order": "A-17"]],
                    ["type": "sip", "uri": "sip:desk@example.com"],
                    ["type": "agent", "id": .string(Self.agent)],
                ],
            ],
            ["action": "hangup"],
        ]
        #expect(pipeline.json == json)
        #expect(try Pipeline(json: json) == pipeline)
    }

    @Test("An error names the action by its number and name, and the field in it")
    func naming() {
        let error = Self.error([
            ["action": "play", "file_name": "a.wav"],
            [
                "action": "connect", "params": ["caller_id": "919999999999"],
                "endpoints": [["type": "pstn", "number": "+918888888888"]],
            ],
        ])
        #expect(error?.field == "pipeline[1].endpoints[0].number")
        #expect(error?.description.hasSuffix("(action 2, connect)") == true)
    }

    @Test(
        "Each of these is refused, by its field",
        arguments: [
            ("pipeline", []),
            ("pipeline", ["action": "hangup"]),
            ("pipeline[0]", ["hangup"]),
            ("pipeline[0].action", [[:]]),
            ("pipeline[0].action", [["action": "dance"]]),
            ("pipeline[0].reason", [["action": "hangup", "reason": "x"]]),
            ("pipeline[0].file_name", [["action": "play"]]),
            ("pipeline[0].format", [["action": "record", "format": "ogg"]]),
            ("pipeline[0].data", [["action": "param"]]),
            ("pipeline[0].data.9x", [["action": "param", "data": ["9x": 1]]]),
            ("pipeline[0].data.x", [["action": "param", "data": ["x": .string(String(repeating: "é", count: 257))]]]),
            ("pipeline[0].on_result", [["action": "input"]]),
            ("pipeline[0].on_result.url", [["action": "input", "on_result": ["type": "url", "url": "ftp://a"]]]),
            ("pipeline[0].on_result.ref", [["action": "input", "on_result": ["type": "pcmo"]]]),
            (
                "pipeline[0].dtmf.min_digits",
                [["action": "input", "on_result": ["type": "pcmo", "ref": "a"], "dtmf": ["min_digits": 0]]]
            ),
            (
                "pipeline[0].dtmf.finish_on_key",
                [["action": "input", "on_result": ["type": "pcmo", "ref": "a"], "dtmf": ["finish_on_key": "##"]]]
            ),
        ] as [(String, JSONValue)]
    )
    func refuses(field: String, pipeline: JSONValue) {
        #expect(Self.error(pipeline)?.field == field)
    }

    @Test("Ten values are handed on, eleven are not")
    func paramLimit() {
        func param(_ count: Int) -> JSONValue {
            let data = Dictionary(uniqueKeysWithValues: (0..<count).map { ("k\($0)", JSONValue.integer($0)) })
            return [["action": "param", "data": .object(data)]]
        }
        #expect(Self.error(param(10)) == nil)
        #expect(Self.error(param(11))?.field == "pipeline[0].data")
    }

    @Test("Agents come last, and there are two at most")
    func endpointOrder() {
        func connect(_ endpoints: JSONValue...) -> JSONValue {
            [["action": "connect", "params": ["caller_id": "919999999999"], "endpoints": .array(endpoints)]]
        }
        let person: JSONValue = ["type": "pstn", "number": "918888888888"]
        let desk: JSONValue = ["type": "sip", "uri": ""]
        let agent: JSONValue = ["type": "agent", "id": .string(Self.agent)]
        #expect(Self.error(connect(person, desk, agent, agent)) == nil)
        #expect(Self.error(connect())?.field == "pipeline[0].endpoints")
        #expect(Self.error(connect(agent, person))?.field == "pipeline[0].endpoints[1]")
        #expect(Self.error(connect(agent, desk))?.field == "pipeline[0].endpoints[1]")
        #expect(Self.error(connect(agent, agent, agent))?.field == "pipeline[0].endpoints[2]")
    }

    @Test("Keys of another kind of endpoint, prompt or target go out as they came")
    func strangers() throws {
        let json: JSONValue = [
            [
                "action": "connect", "params": ["caller_id": "919999999999"],
                "endpoints": [["type": "pstn", "number": "918888888888", "uri": 7, "id": nil]],
            ],
            [
                "action": "play_get_input", "input": ["speech"],
                "prompt": ["type": "file", "file_name": "a", "say": "b", "speed": 1],
                "on_result": ["type": "pcmo", "ref": "a", "url": "http://example.com"],
            ],
        ]
        #expect(try Pipeline(json: json).json == json)
    }

    @Test("A connect needs a caller id, but not in a blind transfer")
    func callerID() throws {
        let json: JSONValue = [
            ["action": "connect", "params": [:], "endpoints": [["type": "pstn", "number": "918888888888"]]]
        ]
        #expect(Self.error(json)?.field == "pipeline[0].params.caller_id")
        #expect(try Pipeline(json: json, needsCallerID: false).json == json)
    }

    @Test("Speed is 0.5 to 2.0")
    func speed() throws {
        func speaks(_ speed: Double) -> Bool {
            (try? Prompt.say("a", language: "b", voiceID: "c", speed: speed)) != nil
        }
        #expect([0.5, 1, 2].allSatisfy(speaks))
        #expect(![0.49, 2.01, -1, .nan, .infinity].contains(where: speaks))
    }
}
