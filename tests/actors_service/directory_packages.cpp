#include "tests/actors_service/directory_fixture.hpp"

namespace muster {

TEST_CASE("a package is made without content, which comes later") {
  directory_fixture at;
  const auto made = at.made_package("firmware", package_type::firmware, false);
  CHECK(made.tag == "firmware 1.0");
  CHECK_FALSE(made.content);
  put_package_content what;
  what.who = at.who;
  what.id = made.id;
  what.algorithm = checksum_algorithm::crc32;
  what.checksum = "2639f4cb";
  what.content.fill(1);
  what.size = 9;
  const auto filled = at.done_as<package_info>(what);
  CHECK(filled.content == what.content);
  CHECK(filled.size == 9);
  CHECK(filled.checksum == "2639f4cb");
  CHECK(filled.version == 2);
  CHECK(at.store->is_content_used(what.content).value());
  // The same bytes again do no harm, others are another package.
  at.done_as<package_info>(what);
  what.content.fill(2);
  CHECK(at.refused(what).message == "Updating otaPackage data is prohibited!");
  what.who = at.foreign();
  CHECK(code_of(at.apply(what)) == error_code::not_found);
}

TEST_CASE("packages are refused with the reason") {
  directory_fixture at;
  at.made_package("firmware");
  save_package what{at.who, {}, std::nullopt};
  CHECK(at.refused(what).message == "OtaPackage title should be specified!");
  what.package.title = "firmware";
  CHECK(at.refused(what).message == "OtaPackage version should be specified!");
  what.package.release = "1.0";
  CHECK(at.refused(what).message == "OtaPackage with such title and version already exists!");
  // Whatever its type.
  what.package.type = package_type::software;
  CHECK(code_of(at.apply(what)) == error_code::already_exists);
  what.package.title = "other";
  what.package.profile = profile_id{random_uuid()};
  CHECK(code_of(at.apply(what)) == error_code::not_found);
  what.who = at.system();
  CHECK(code_of(at.apply(what)) == error_code::forbidden);
}

TEST_CASE("what devices were told of a package stays") {
  directory_fixture at;
  const auto made = at.made_package("firmware");
  save_package what{at.who, made, std::nullopt};
  what.package.additional_info.text = R"({"description":"new"})";
  CHECK(at.done_as<package_info>(what).additional_info == what.package.additional_info);
  const auto refused_with = [&](auto alter) {
    save_package other{at.who, made, std::nullopt};
    alter(other.package);
    return at.refused(other).message;
  };
  CHECK(refused_with([](package_info& p) { p.type = package_type::software; }) ==
        "Updating otaPackage type is prohibited!");
  CHECK(refused_with([](package_info& p) { p.title = "x"; }) ==
        "Updating otaPackage title is prohibited!");
  CHECK(refused_with([](package_info& p) { p.release = "x"; }) ==
        "Updating otaPackage version is prohibited!");
  CHECK(refused_with([](package_info& p) { p.tag = "x"; }) ==
        "Updating otaPackage tag is prohibited!");
  CHECK(refused_with([&](package_info& p) { p.profile = at.standard.id; }) ==
        "Updating otaPackage deviceProfile is prohibited!");
  CHECK(refused_with([](package_info& p) { p.url = "x"; }) ==
        "Updating otaPackage URL is prohibited!");
}

TEST_CASE("a package of a URL has no content") {
  directory_fixture at;
  save_package what{at.who, {}, std::nullopt};
  what.package.title = "firmware";
  what.package.release = "1.0";
  what.package.url = "https://example.org/f";
  const auto made = at.done_as<package_info>(what);
  put_package_content content;
  content.who = at.who;
  content.id = made.id;
  CHECK(code_of(at.apply(content)) == error_code::invalid);
}

TEST_CASE("a package is deleted unless something refers to it") {
  directory_fixture at;
  const auto used = at.made_package("used");
  auto what = at.request("");
  what.info.firmware = used.id;
  const auto device = at.done_as<device_info>(what);
  const auto refusal = at.refused(delete_package{at.who, used.id});
  CHECK(refusal.code == error_code::invalid);
  CHECK(refusal.message == "The otaPackage referenced by the devices cannot be deleted!");
  const auto of_profile = at.made_package("of a profile");
  save_profile altered{at.who, at.standard, std::nullopt};
  altered.profile.firmware = of_profile.id;
  at.done_as<device_profile>(altered);
  CHECK(code_of(at.apply(delete_package{at.who, of_profile.id})) == error_code::invalid);
  altered.profile.firmware.reset();
  at.done_as<device_profile>(altered);
  CHECK(code_of(at.apply(delete_package{at.foreign(), of_profile.id})) == error_code::not_found);
  at.done_as<done>(delete_package{at.who, of_profile.id});
  CHECK_FALSE(at.store->read_package(of_profile.id).value());
  CHECK(at.store->is_content_used(*used.content).value());
  // The device has what it should run from the first moment.
  const auto target =
      std::get<package_info>(at.ask(get_target_package{device.id, package_type::firmware}));
  CHECK(target == used);
  CHECK(code_of(at.ask(get_target_package{device.id, package_type::software})) ==
        error_code::not_found);
  CHECK(code_of(at.ask(get_target_package{device_id{random_uuid()}, package_type::software})) ==
        error_code::unauthorized);
}

} // namespace muster
