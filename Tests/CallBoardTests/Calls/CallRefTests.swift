import CallBoard
import Piopiy
import Testing

@Suite("Our own reference of a call")
struct CallRefTests {
    @Test("It is a UUIDv7, and sorts by the time it was made")
    func form() throws {
        var random = SystemRandomNumberGenerator()
        var last = CallRef(at: Timestamp(milliseconds: 1_725_942_871_455), using: &random)
        for step in 0..<100 {
            let ref = CallRef(at: Timestamp(milliseconds: 1_725_942_871_456 + Int64(step)), using: &random)
            #expect(UUIDText.problem(with: ref.text) == nil)
            #expect(Array(ref.text)[14] == "7")
            #expect("89ab".contains(Array(ref.text)[19]))
            #expect(ref.text.hasPrefix("0191"))
            #expect(last < ref)
            last = ref
        }
    }

    @Test("It is known again in either letter case; anything else is none of ours")
    func readBack() throws {
        var random = SystemRandomNumberGenerator()
        let ref = CallRef(at: Timestamp(milliseconds: 1_725_942_871_456), using: &random)
        #expect(CallRef(ref.text.uppercased()) == ref)
        #expect(CallRef("") == nil)
        #expect(CallRef("01J") == nil)
        #expect(CallRef(ref.text + "\n") == nil)
    }
}
