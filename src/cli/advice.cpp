#include "noteload/cli/advice.hpp"

namespace noteload::cli {

std::string_view advice_on(reason why) noexcept {
    switch (why) {
        case reason::bad_quoting:
            return "put such cells into quotes, and double the quotes inside them";
        case reason::truncated:
            return "export the file again: its end is missing";
        case reason::wrong_column_count:
            return "put cells that hold the separator or a line end into quotes; or name the "
                   "separator with --delimiter";
        case reason::record_too_long:
            return "look for a quote that is never closed; or raise --max-record";
        case reason::bad_utf8:
        case reason::bad_encoding:
            return "name the file's encoding with --encoding, or save it as UTF-8";
        case reason::nul_byte:
            return "remove the NUL bytes";
        case reason::bad_json:
        case reason::not_an_object:
            return "write one JSON object a line";
        case reason::duplicate_field:
            return "keep one of the fields with that name";
        case reason::missing_contact_id:
        case reason::missing_type:
        case reason::missing_note:
            return "fill in the cell, or leave the row out; a mapping file may name another column";
        case reason::unknown_type:
            return "add the type in Virtuous, or map it: [type] values or otherwise in a mapping "
                   "file";
        case reason::bad_contact_id:
            return "use Virtuous contact ids; for former ids see [contactId] by in a mapping file";
        case reason::bad_date:
            return "name the format of the dates: [noteDateTime] formats in a mapping file";
        case reason::bad_important:
        case reason::bad_private:
            return "name the words for yes and no: true and false in a mapping file";
        case reason::bad_time_spent:
            return "name the unit: [timeSpent] unit in a mapping file";
        case reason::excel_formula:
        case reason::excel_error:
        case reason::excel_number:
            return "export again without opening the file in a spreadsheet program";
        case reason::note_too_long:
            return "shorten the note, raise max_length, or let over = \"truncate\" cut it";
        case reason::embedded_picture:
            return "remove the picture, or let pictures = \"drop with a mark\" do it";
        case reason::unknown_contact:
            return "add these contacts in Virtuous, or mend how the rows name them";
        case reason::duplicate_key:
            return "keep one row of each key, or say --duplicate-keys allow";
        case reason::missing_key:
            return "fill in the key column";
        default:
            return {};
    }
}

} // namespace noteload::cli
