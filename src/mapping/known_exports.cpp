#include "noteload/mapping/known_exports.hpp"

#include <array>

namespace noteload::mapping {

namespace {

using type_pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<column_names, 2> lgl_must = {"LGL Constituent ID", "Note Text"};
constexpr std::array<column_names, 1> re_must = {"CnNote_1_01_Actual_Notes"};
constexpr std::array<column_names, 3> donorperfect_must = {"donor_id", "contact_date", "comment"};
constexpr std::array<column_names, 2> sf_note_must = {"ParentId", "Body"};
constexpr std::array<column_names, 3> sf_task_must = {"WhoId", "ActivityDate", "Description"};
constexpr std::array<column_names, 2> hubspot_must = {"Note body|hs_note_body",
                                                      "Activity date|hs_timestamp"};
constexpr std::array<column_names, 3> civicrm_must = {"Activity Type", "Activity Date", "Details"};
constexpr std::array<column_names, 3> bloomerang_must = {"Account Number|AccountId", "Channel",
                                                         "Note"};

constexpr std::array<type_pair, 4> lgl_types = {type_pair{"Phone call", "Call"},
                                                {"Email", "Email"},
                                                {"Meeting", "In Person"},
                                                {"Letter", "Letter"}};
constexpr std::array<type_pair, 4> sf_types = {
    type_pair{"Call", "Call"}, {"Email", "Email"}, {"Task", "General"}, {"Event", "Event"}};
constexpr std::array<type_pair, 3> civicrm_types = {
    type_pair{"Phone Call", "Call"}, {"Meeting", "In Person"}, {"Email", "Email"}};
constexpr std::array<type_pair, 8> bloomerang_types = {
    type_pair{"Phone", "Call"},      {"Email", "Email"},
    {"MassEmail", "Email"},          {"Mail", "Letter"},
    {"InPerson", "In Person"},       {"In Person", "In Person"},
    {"TextMessage", "Text Message"}, {"SocialMedia", "Social Media"}};

constexpr std::array table = {
    known_export{.system = "Little Green Light",
                 .source =
                     "https://github.com/briennekordis/civietl (src/Projects/Uaf/Notes.php, which "
                     "reads the notes.csv of an LGL archive)",
                 .must = lgl_must,
                 .key = "LGL Note ID",
                 .contact = "LGL Constituent ID",
                 .by = "reference:LGL",
                 .type = "Note Type",
                 .note = "Note Text",
                 .title = {},
                 .author = "Note Creator",
                 .date = "Note Date",
                 .is_private = {},
                 .time_spent = {},
                 .types = lgl_types},
    known_export{
        .system = "Raiser's Edge",
        .source = "https://docslib.org/doc/6329456/blackbaud-raisers-edge-import-guide (the notes' "
                  "fields; an export heads them CnNote_1_01_…)",
        .must = re_must,
        .key = "CnNote_1_01_Import_ID",
        .contact = "CnBio_ID|ConsID",
        .by = "reference:Raiser's Edge",
        .type = "CnNote_1_01_Type",
        .note = "CnNote_1_01_Actual_Notes",
        .title = "CnNote_1_01_Title|CnNote_1_01_Description",
        .author = "CnNote_1_01_Author",
        .date = "CnNote_1_01_Date",
        .is_private = {},
        .time_spent = {},
        .types = {}},
    known_export{.system = "DonorPerfect",
                 .source =
                     "https://github.com/LukeTowers/php-donorperfect-api (dp_savecontact of the "
                     "DonorPerfect XML API: the columns of table dpcontact)",
                 .must = donorperfect_must,
                 .key = "contact_id",
                 .contact = "donor_id",
                 .by = "reference:DonorPerfect",
                 .type = "activity_code",
                 .note = "comment",
                 .title = {},
                 .author = "by_whom",
                 .date = "contact_date",
                 .is_private = {},
                 .time_spent = {},
                 .types = {}},
    known_export{.system = "Salesforce (Note)",
                 .source =
                     "https://developer.salesforce.com/docs/atlas.en-us.194.0.sfFieldRef.meta/"
                     "sfFieldRef/salesforce_field_reference_Note.htm",
                 .must = sf_note_must,
                 .key = "Id",
                 .contact = "ParentId",
                 .by = "reference:Salesforce",
                 .type = {},
                 .note = "Body",
                 .title = "Title",
                 .author = {},
                 .date = "CreatedDate",
                 .is_private = "IsPrivate",
                 .time_spent = {},
                 .types = {}},
    known_export{.system = "Salesforce (Task)",
                 .source =
                     "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/"
                     "object_reference/sforce_api_objects_task.htm",
                 .must = sf_task_must,
                 .key = "Id",
                 .contact = "WhoId",
                 .by = "reference:Salesforce",
                 .type = "TaskSubtype|Type",
                 .note = "Description",
                 .title = "Subject",
                 .author = {},
                 .date = "ActivityDate",
                 .is_private = {},
                 .time_spent = {},
                 .types = sf_types},
    known_export{.system = "HubSpot",
                 .source = "https://knowledge.hubspot.com/articles/kcs_article/contacts/"
                           "set-up-your-import-file (notes: Activity date, Note body) and "
                           "https://developers.hubspot.com/docs/api-reference/crm-notes-v3/guide",
                 .must = hubspot_must,
                 .key = "Record ID|hs_object_id",
                 .contact = "Email|Associated Contact IDs|Associated Contact ID",
                 .by = "email",
                 .type = {},
                 .note = "Note body|hs_note_body",
                 .title = {},
                 .author = {},
                 .date = "Activity date|hs_timestamp",
                 .is_private = {},
                 .time_spent = {},
                 .is_html = true,
                 .types = {}},
    known_export{.system = "CiviCRM",
                 .source = "https://github.com/civicrm/civicrm-core "
                           "(schema/Activity/Activity.entityType.php)",
                 .must = civicrm_must,
                 .key = "Activity ID",
                 .contact = "External Identifier|Contact ID|Target Contact ID",
                 .by = "reference:CiviCRM",
                 .type = "Activity Type",
                 .note = "Details",
                 .title = "Subject",
                 .author = {},
                 .date = "Activity Date",
                 .is_private = {},
                 .time_spent = "Duration",
                 .is_html = true,
                 .types = civicrm_types},
    known_export{.system = "Bloomerang",
                 .source =
                     "https://help.bloomerang.com/en/articles/12632811-imports-import-fields and "
                     "https://rubydoc.info/gems/bloomerang_api/Bloomerang/Interaction",
                 .must = bloomerang_must,
                 .key = "Interaction ID|Id",
                 .contact = "Account Number|AccountId",
                 .by = "reference:Bloomerang",
                 .type = "Channel",
                 .note = "Note",
                 .title = "Subject",
                 .author = {},
                 .date = "Date",
                 .is_private = {},
                 .time_spent = {},
                 .types = bloomerang_types},
};

} // namespace

std::span<const known_export> known_exports() noexcept {
    return table;
}

} // namespace noteload::mapping
