"""The names inside Flower that we rest on: its makers promise none of them, and a new release is read against this list.

They are imported where they are used: an idle factory loads nothing of the server's. tests/federated/test_internals.py holds
the list against the code, the installed Flower and the pinned version.
"""

CHECKED_AGAINST = "1.41.0"

# Module → names; besides them `HttpGrid._runtime_client` (server/mailbox.py) and `_message_id` of a message's metadata.
NAMES = {
    "flwr.app.message": ("remove_content_from_message",),
    "flwr.cli.build": ("build_fab_from_files",),
    "flwr.common.constant": (
        "ACCESS_TOKEN_KEY",
        "ErrorCode",
        "TIMESTAMP_HEADER",
    ),
    "flwr.common.serde": (
        "message_from_proto",
        "message_to_proto",
        "user_config_to_proto",
    ),
    "flwr.proto.control_pb2": (
        "ListNodesRequest",
        "ListRunsRequest",
        "RegisterNodeRequest",
        "StartRunRequest",
        "StopRunRequest",
        "UnregisterNodeRequest",
    ),
    "flwr.proto.fab_pb2": ("Fab",),
    "flwr.proto.fleet_pb2": (
        "ActivateNodeRequest",
        "DeactivateNodeRequest",
        "PullMessagesRequest",
        "PushMessagesRequest",
        "PushMessagesResponse",
    ),
    "flwr.proto.heartbeat_pb2": ("SendNodeHeartbeatRequest",),
    "flwr.proto.message_pb2": (
        "ConfirmMessageReceivedRequest",
        "Message",
        "ObjectTree",
    ),
    "flwr.proto.node_pb2": ("Node",),
    "flwr.proto.runtime_pb2": (
        "PullAppMessagesRequest",
        "PushAppMessagesResponse",
    ),
    "flwr.supercore.auth.typing": (
        "AccountAuthCredentials",
        "AccountAuthLoginDetails",
        "AccountInfo",
    ),
    "flwr.supercore.cli.flower_superexec": ("flower_superexec",),
    "flwr.supercore.constant": (
        "ExecutorType",
        "FLEET_HTTP_PUBLIC_KEY_HEADER",
        "FLEET_HTTP_SIGNATURE_HEADER",
        "FLWR_COMPONENT_NAME_METADATA_KEY",
        "FLWR_PACKAGE_NAME_METADATA_KEY",
        "FLWR_PACKAGE_VERSION_METADATA_KEY",
        "SUPEREXEC_AUTH_SIGNATURE_HEADER",
        "TASK_TOKEN_HEADER",
        "TaskType",
        "VERSION_INCOMPATIBILITY_MESSAGE_METADATA_KEY",
    ),
    "flwr.supercore.control.control_http_client": ("ControlHttpClient",),
    "flwr.supercore.date": ("now",),
    "flwr.supercore.error": (
        "ApiErrorCode",
        "FlowerError",
    ),
    "flwr.supercore.http_logging": ("get_uvicorn_log_config",),
    "flwr.supercore.inflatable.inflatable_object": (
        "InflatableObject",
        "get_all_nested_objects",
        "get_object_tree",
        "iterate_object_tree",
        "no_object_id_recompute",
    ),
    "flwr.supercore.inflatable.inflatable_protobuf_utils": (
        "make_confirm_message_received_fn_protobuf",
        "make_pull_object_fn_protobuf",
        "make_push_object_fn_protobuf",
    ),
    "flwr.supercore.inflatable.inflatable_utils": (
        "ObjectPullError",
        "ObjectPushError",
        "ObjectUnavailableError",
        "inflate_object_from_contents",
        "pull_and_inflate_object_from_tree",
        "push_objects",
    ),
    "flwr.supercore.interceptors.http.runtime_version": ("RuntimeVersionHttpInterceptor",),
    "flwr.supercore.logger": ("console_handler",),
    "flwr.supercore.primitives.asymmetric": (
        "public_key_to_bytes",
        "sign_message",
    ),
    "flwr.supercore.protobuf.client": (
        "ProtobufCall",
        "ProtobufRequestContext",
    ),
    "flwr.supercore.routers.runtime.tracing": ("RuntimeTracingMiddleware",),
    "flwr.supercore.superexec": ("run_superexec",),
    "flwr.supercore.superexec.executor.subprocess_executor": ("SubprocessExecutor",),
    "flwr.supercore.superexec.executor.types": (
        "ExecutionSpec",
        "Executor",
        "LaunchResult",
    ),
    "flwr.superlink.auth_plugin": (
        "ControlAuthnPlugin",
        "NoOpControlAuthnPlugin",
    ),
    "flwr.superlink.cli.flower_superlink": (
        "SuperLinkLifespan",
        "_parse_superlink_lifespan_config",
    ),
    "flwr.superlink.grid.http_grid": ("HttpGrid",),
    "flwr.superlink.main": ("create_app",),
    "flwr.superlink.routers.control.middlewares": (
        "ControlAuthenticationMiddleware",
        "ControlEventLogMiddleware",
        "ControlLicenseMiddleware",
        "ControlSensitiveResponseMiddleware",
    ),
    "flwr.superlink.routers.fleet.middlewares": ("FleetEventLogMiddleware",),
    "flwr.superlink.routers.fleet.node_auth": ("NodeAuthMiddleware",),
    "flwr.supercore.version": (
        "package_name",
        "package_version",
    ),
    "flwr.supernode.fleet_http_client": ("FleetHttpClient",),
}
