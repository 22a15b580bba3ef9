import Testing

@testable import Piopiy

@Suite("The platform's address")
struct BaseURLTests {
    @Test(
        "An http or https address is taken, without its last slashes",
        arguments: [
            ("http://127.0.0.1:8080/v3", "http://127.0.0.1:8080/v3"),
            ("https://rest.piopiy.com/v3/", "https://rest.piopiy.com/v3"),
            ("HTTP://localhost", "HTTP://localhost"), ("http://[::1]:80//", "http://[::1]:80"),
        ]
    )
    func right(text: String, base: String) throws {
        #expect(try BaseURL.normalized(text) == base)
    }

    @Test(
        "Anything else is refused, with an example, and without repeating a password",
        arguments: [
            "", "rest.piopiy.com", "ftp://rest.piopiy.com", "file:///etc/passwd", "http://", "https:///v3",
            "http://u:hunter2@h/v3",
            "http://u@h/v3", "http://h/v3?token=hunter2", "http://h/#x", "http://a b/",
        ]
    )
    func wrong(text: String) {
        do throws(ValidationError) {
            _ = try BaseURL.normalized(text)
            Issue.record("it was taken")
        } catch {
            #expect(error.field == "base_url")
            #expect(error.problem.contains("https://rest.piopiy.com/v3"))
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}
