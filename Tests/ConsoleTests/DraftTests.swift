import Testing

@testable import Console

@Suite("The form between two consoles")
struct DraftTests {
    @Test("What was typed comes back, but for the number that was to be rung")
    func roundTrip() {
        var form = CallForm()
        form.caller.text = "919999999999"
        form.destination.text = "918888888888"
        form.agent.text = "bdd32bcb"
        form.maxDuration.text = "600"
        form.record = .no
        form.showsMore = true
        form.appID.text = "app \"1\"\n"
        var row = VariableRow()
        row.key.text = "order"
        row.value.text = "0017"
        row.chosenKind = .number
        form.variables = [row, VariableRow()]
        let back = CallForm(draft: form.draft ?? "")
        #expect(back.destination.isEmpty)
        #expect(back.caller == form.caller)
        #expect(back.agent == form.agent)
        #expect(back.maxDuration == form.maxDuration)
        #expect(back.record == .no)
        #expect(back.showsMore)
        #expect(back.appID == form.appID)
        #expect(back.variables == form.variables)
        #expect(back.draft == form.draft)
    }

    @Test("An empty form leaves nothing, and what is no draft gives an empty form")
    func empty() {
        #expect(CallForm().draft == nil)
        for text in ["", "[]", "{", #"{"caller":7,"variables":[1,{"key":2}],"record":"yes"}"#] {
            let form = CallForm(draft: text)
            #expect(form.caller.isEmpty)
            #expect(form.variables.last?.isEmpty == true)
        }
    }
}
