#include "noteload/sandbox/message.hpp"

#include <boost/json.hpp>

#include "noteload/json_text.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

response json_response(unsigned status, const json::value& body) {
    response answer;
    answer.status = status;
    answer.body = json::serialize(body);
    return answer;
}

} // namespace

response message_response(unsigned status, std::string_view message) {
    return json_response(status, json::object{{"message", message}});
}

response model_response(std::string_view message, std::string_view field, std::string_view what) {
    json::object state;
    state[field] = json::array{json::string(what)};
    return json_response(400, json::object{{"message", message}, {"modelState", state}});
}

response coded_response(unsigned status, std::string_view code, std::string_view message,
                        std::string_view field, std::string_view detail) {
    json::array details;
    if (!field.empty()) {
        details.push_back(json::object{{"field", field}, {"code", "INVALID"}, {"message", detail}});
    }
    const json::object error{{"code", code}, {"message", message}, {"details", details}};
    return json_response(status, json::object{{"error", error}});
}

response html_response(unsigned status, std::string_view title) {
    response answer;
    answer.status = status;
    answer.content_type = "text/html";
    answer.body = "<html>\r\n<head><title>";
    answer.body += title;
    answer.body += "</title></head>\r\n<body>\r\n<center><h1>";
    answer.body += title;
    answer.body +=
        "</h1></center>\r\n<hr><center>noteload-sandbox</center>\r\n</body>\r\n</html>\r\n";
    return answer;
}

response empty_response(unsigned status) {
    response answer;
    answer.status = status;
    answer.content_type.clear();
    return answer;
}

} // namespace noteload::sandbox
