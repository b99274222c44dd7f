// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/*
 * A video on a web server is called by a path like any other: that of its address without user, query and
 * fragment, "https://host/cam/1.mp4". A query often holds a signature, which is worth a key for a while: lists, shares,
 * claims, results and errors know only the path, and find the video again when it is signed anew. Where a query says
 * more than the signatures of AWS, Google, CloudFront and Azure, "get?id=A", a hash of the rest tells videos apart:
 * "https://host/get#0c2f9b1e5d3a7788". The whole address is kept in this process' memory alone.
 */

/** \brief Whether a text begins with http:// or https://, in any letters, or a path is one of a video there */
bool is_web_video(const std::string &text);

/**
 * \brief The path by which the video of an address is called; the address is kept
 * \throw Error Settings without the query: it has no host, or two addresses differ in their signatures alone
 */
std::filesystem::path web_video(const std::string &address);

/** \brief The address as it was given, for the request alone \throw std::out_of_range where none was kept */
std::string whole_address(const std::filesystem::path &video);

/**
 * \brief How what is made of a video is named: its file name; of one on a web server its last part and a hash of
 * its path, "1-0c2f9b1e5d3a7788.mp4", since results of all servers may lie in one folder
 */
std::filesystem::path file_name_of(const std::filesystem::path &video);

/** \brief What a list names: an address, else a path or file:// URI below \a root. \throw as web_video(), local_path() */
std::filesystem::path listed_video(const std::filesystem::path &root, const std::string &text);

} // namespace fovea
