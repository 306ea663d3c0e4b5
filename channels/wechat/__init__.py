"""WeChat official account: wechatpy for signature, parsing and encryption, our own async client for the API."""
